import * as Y from 'yjs'
import { assert } from '../core/assert'
import { AppError, messageOf } from '../core/errors'
import { isLedgerType, type RecordPlan } from '../domain/changes'
import type { RecordsView } from '../domain/live'
import { typeOfId, type AnyRecord, type RecordType } from '../domain/records'
import {
  createChangeFeed,
  type ChangeListener,
  type ChangeOrigin,
  type Topic,
  type WriteOrigin,
} from './changeFeed'
import { createRecordIndex } from './recordIndex'
import { createStepHistory } from './stepHistory'

/** Gives the record back, or says what is wrong with it. */
export type RecordCheck = (
  value: unknown,
) =>
  | { readonly kind: 'valid'; readonly record: AnyRecord }
  | { readonly kind: 'invalid'; readonly message: string }

/** A record that did not validate at load. It stays in the document untouched and is not in the views. */
export interface QuarantinedRecord {
  readonly id: string
  readonly message: string
  readonly record: unknown
}

export interface ProjectStore {
  readonly records: RecordsView
  /** Rises with every change. */
  readonly version: () => number
  readonly subscribe: (listener: ChangeListener) => () => void
  /** Calls the listener at most once per transaction, and only when something under the topic changed. */
  readonly subscribeTo: (topic: Topic, listener: () => void) => () => void
  /**
   * The only way records change: one plan, one Yjs transaction, one undo step when a user's step touches the document.
   * Consecutive user steps with equal `coalesce` keys become one step. Throws `storage/read-only`.
   */
  transact(label: string, origin: WriteOrigin, plan: RecordPlan, options?: { coalesce?: string }): void
  /** Takes back the latest user step and returns its label; null when there is none. Throws `storage/read-only`. */
  readonly undo: () => string | null
  readonly redo: () => string | null
  readonly undoLabel: () => string | null
  readonly redoLabel: () => string | null
  /** Every update that storage has to keep: all but those that came in by `applyUpdates`. */
  onUpdate(listener: (update: Uint8Array) => void): () => void
  /** Loads, or merges what another tab wrote; a read-only store takes it too. Throws `storage/damaged`. */
  applyUpdates(updates: readonly Uint8Array[]): void
  /** The whole document as one update. */
  encodeState(): Uint8Array
  readonly quarantined: () => readonly QuarantinedRecord[]
  readonly isReadOnly: () => boolean
  setReadOnly(isReadOnly: boolean): void
}

const LOADING = 'load updates'

/** The one writer of a project's records: a Yjs document, its undo stack, and views kept per changed record. */
export function createProjectStore(
  options: { readonly doc?: Y.Doc; readonly check?: RecordCheck; readonly isReadOnly?: boolean } = {},
): ProjectStore {
  const doc = options.doc ?? new Y.Doc()
  // Two maps, so that the ledger can be told apart in the stored document too.
  const documentMap = doc.getMap('records')
  const ledgerMap = doc.getMap('ledger')
  const index = createRecordIndex()
  const history = createStepHistory(index.view)
  const feed = createChangeFeed(index.view)
  const quarantine = new Map<string, QuarantinedRecord>()
  let readOnly = options.isReadOnly ?? false

  const mapOf = (type: string): Y.Map<unknown> => (isLedgerType(type as RecordType) ? ledgerMap : documentMap)

  /** Brings the index up to one key of one map. Local writes are trusted; what was loaded is checked. */
  const adopt = (map: Y.Map<unknown>, id: string, isTrusted: boolean): void => {
    quarantine.delete(id)
    const value = map.get(id)
    if (value === undefined) return index.remove(id)
    const checked = isTrusted ? trusted(value) : checkEntry(id, value, options.check ?? trusted)
    if (checked.kind === 'valid') return index.set(checked.record)
    quarantine.set(id, { id, message: checked.message, record: value })
    index.remove(id)
  }

  const adoptAll = (map: Y.Map<unknown>, ids: Iterable<string | null>, isTrusted: boolean): void => {
    for (const id of ids) if (id !== null) feed.track(id, () => adopt(map, id, isTrusted))
  }

  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    for (const map of [documentMap, ledgerMap]) {
      // Yjs types the shared parent as one that holds YEvents; the map is the same object.
      const ids = transaction.changed.get(map as never)
      if (ids !== undefined) adoptAll(map, ids, transaction.origin !== LOADING)
    }
    feed.publish(transaction.origin === LOADING ? 'load' : (transaction.origin as ChangeOrigin))
  })
  for (const map of [documentMap, ledgerMap]) adoptAll(map, map.keys(), false)
  feed.publish('load')

  const assertWritable = (): void => {
    if (readOnly) throw new AppError('storage/read-only', 'this tab only looks at the project')
  }

  const write = (origin: ChangeOrigin, plan: RecordPlan): void => {
    doc.transact(() => {
      for (const id of plan.remove) mapOf(typeOfId(id)).delete(id)
      for (const record of plan.put) {
        if (index.view.get(record.id) !== record) mapOf(record.type).set(record.id, record)
      }
    }, origin)
  }

  const travel = (direction: 'undo' | 'redo'): string | null => {
    assertWritable()
    const step = history[direction]()
    if (step === null) return null
    write(direction, step.plan)
    return step.label
  }

  return {
    records: index.view,
    version: feed.version,
    subscribe: feed.subscribe,
    subscribeTo: feed.subscribeTo,
    transact: (label, origin, plan, { coalesce } = {}) => {
      assertWritable()
      assertPlan(label, origin, plan, index.view)
      // Before the write, so that listeners find the new labels. A checked plan of plain records cannot fail to be written.
      if (origin === 'user') history.record(label, coalesce ?? null, plan)
      write(origin, plan)
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    undoLabel: history.undoLabel,
    redoLabel: history.redoLabel,
    onUpdate: (listener) => {
      const onDocUpdate = (update: Uint8Array, origin: unknown): void => {
        if (origin !== LOADING) listener(update)
      }
      doc.on('update', onDocUpdate)
      return () => doc.off('update', onDocUpdate)
    },
    applyUpdates: (updates) => {
      try {
        doc.transact(() => {
          for (const update of updates) Y.applyUpdate(doc, update, LOADING)
        }, LOADING)
      } catch (cause) {
        throw new AppError('storage/damaged', `the project's history cannot be read: ${messageOf(cause)}`, {
          cause,
        })
      }
      if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
        throw new AppError('storage/damaged', "a part of the project's history is missing")
      }
    },
    encodeState: () => Y.encodeStateAsUpdate(doc),
    quarantined: () => [...quarantine.values()],
    isReadOnly: () => readOnly,
    setReadOnly: (next) => {
      readOnly = next
    },
  }
}

function trusted(value: unknown): ReturnType<RecordCheck> {
  return { kind: 'valid', record: value as AnyRecord }
}

/** What every entry must be before its own validator looks at it: an object that knows its own id and type. */
function checkEntry(id: string, value: unknown, check: RecordCheck): ReturnType<RecordCheck> {
  if (typeof value !== 'object' || value === null) return { kind: 'invalid', message: 'not a record' }
  const { id: ownId, type } = value as { id?: unknown; type?: unknown }
  if (ownId !== id)
    return { kind: 'invalid', message: `kept under "${id}" but says its id is "${String(ownId)}"` }
  if (type !== typeOfId(id))
    return { kind: 'invalid', message: `type "${String(type)}" does not fit the id "${id}"` }
  return check(value)
}

/** Refuses a plan before anything of it happens: these are bugs of the caller. */
function assertPlan(label: string, origin: WriteOrigin, plan: RecordPlan, records: RecordsView): void {
  const put = new Set<string>()
  for (const { id, type } of plan.put) {
    assert(typeOfId(id) === type, `"${label}" puts a ${type} under the id "${id}"`)
    assert(!put.has(id), `"${label}" puts "${id}" twice`)
    put.add(id)
    assertMayWrite(label, origin, id, records)
  }
  for (const id of plan.remove) {
    assert(!put.has(id), `"${label}" puts and removes "${id}"`)
    assertMayWrite(label, origin, id, records)
  }
}

function assertMayWrite(label: string, origin: WriteOrigin, id: string, records: RecordsView): void {
  if (isLedgerType(typeOfId(id) as RecordType)) return
  assert(origin !== 'ledger', `"${label}" writes the document record "${id}" as a ledger write`)
  assert(
    origin !== 'job' || records.get(id) === undefined,
    `"${label}" is a job and would change "${id}", which belongs to the user`,
  )
}

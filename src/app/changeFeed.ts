import type { IdsByType, RecordChanges } from '../domain/changes'
import type { RecordsView } from '../domain/live'
import type { AnyRecord, RecordType } from '../domain/records'

/**
 * Who writes. `user` steps can be undone. A `job` may add document records and never replaces or removes one.
 * `ledger` writes ledger records only. `load` creates or migrates a project.
 */
export type WriteOrigin = 'user' | 'job' | 'ledger' | 'load'
export type ChangeOrigin = WriteOrigin | 'undo' | 'redo'

export type ChangeListener = (changes: RecordChanges, origin: ChangeOrigin) => void

/** What a subscription follows; `image` means the record itself, its marks, and their clicks and decisions. */
export type Topic =
  | { readonly kind: 'record'; readonly id: string }
  | { readonly kind: 'type'; readonly type: RecordType }
  | { readonly kind: 'image'; readonly imageId: string }

/** Collects what a transaction does to each record and tells those who asked, once, when it is complete. */
export interface ChangeFeed {
  readonly version: () => number
  readonly subscribe: (listener: ChangeListener) => () => void
  readonly subscribeTo: (topic: Topic, listener: () => void) => () => void
  /** Runs `update`, which may bring, replace or take away the record with this id, and notes which it was. */
  track(id: string, update: () => void): void
  /** Ends the collection; without a change nobody hears of it. */
  publish(origin: ChangeOrigin): void
}

export function createChangeFeed(records: RecordsView): ChangeFeed {
  const listeners = new Set<ChangeListener>()
  const topicListeners = new Map<string, Set<() => void>>()
  let version = 0
  let pending = noChanges()
  let touched: AnyRecord[] = []

  return {
    version: () => version,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    subscribeTo: (topic, listener) => {
      const key = keyOf(topic)
      const followers = topicListeners.get(key) ?? new Set()
      topicListeners.set(key, followers.add(listener))
      return () => {
        followers.delete(listener)
        if (followers.size === 0 && topicListeners.get(key) === followers) topicListeners.delete(key)
      }
    },
    track: (id, update) => {
      const before = records.get(id)
      update()
      const after = records.get(id)
      const record = after ?? before
      if (record === undefined || before === after) return
      const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
      const ids = pending[kind][record.type] ?? []
      ids.push(id)
      pending[kind][record.type] = ids
      if (before !== undefined) touched.push(before)
      if (after !== undefined) touched.push(after)
    },
    publish: (origin) => {
      if (touched.length === 0) return
      const changes: RecordChanges = pending
      const changed = touched
      pending = noChanges()
      touched = []
      version += 1
      for (const listener of followersOf(changed, topicListeners, records)) listener()
      for (const listener of listeners) listener(changes, origin)
    },
  }
}

type Collected = { [T in RecordType]?: string[] }

function noChanges(): { added: Collected; changed: Collected; removed: Collected } {
  return { added: {}, changed: {}, removed: {} } satisfies { [kind: string]: IdsByType }
}

function followersOf(
  changed: readonly AnyRecord[],
  topicListeners: ReadonlyMap<string, ReadonlySet<() => void>>,
  records: RecordsView,
): ReadonlySet<() => void> {
  const called = new Set<() => void>()
  if (topicListeners.size === 0) return called
  // A decision and its mask can go in one transaction: what was just removed still tells its image.
  const gone = new Map<string, AnyRecord>(changed.map((record) => [record.id, record]))
  const find = (id: string): AnyRecord | undefined => records.get(id) ?? gone.get(id)
  for (const record of changed) {
    const imageId = imageOf(record, find)
    const topics: Topic[] = [
      { kind: 'record', id: record.id },
      { kind: 'type', type: record.type },
    ]
    if (imageId !== null) topics.push({ kind: 'image', imageId })
    for (const topic of topics) {
      for (const listener of topicListeners.get(keyOf(topic)) ?? []) called.add(listener)
    }
  }
  return called
}

function imageOf(record: AnyRecord, find: (id: string) => AnyRecord | undefined): string | null {
  switch (record.type) {
    case 'image':
      return record.id
    case 'imageLabel':
    case 'annotation':
    case 'mask':
    case 'layer':
    case 'tagScore':
      return record.imageId
    case 'click': {
      const annotation = find(record.annotationId)
      return annotation?.type === 'annotation' ? annotation.imageId : null
    }
    case 'decision': {
      const mask = find(record.maskId)
      return mask?.type === 'mask' ? mask.imageId : null
    }
    default:
      return null
  }
}

function keyOf(topic: Topic): string {
  switch (topic.kind) {
    case 'record':
      return `record ${topic.id}`
    case 'type':
      return `type ${topic.type}`
    case 'image':
      return `image ${topic.imageId}`
  }
}

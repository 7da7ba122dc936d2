import { isLedgerType, type RecordPlan } from '../domain/changes'
import type { RecordsView } from '../domain/live'
import type { AnyRecord } from '../domain/records'

/** What a step did to one record; `undefined` is "not there". */
interface Edit {
  readonly before: AnyRecord | undefined
  readonly after: AnyRecord | undefined
}

interface Step {
  readonly label: string
  readonly coalesce: string | null
  readonly edits: ReadonlyMap<string, Edit>
}

/** The user's steps with the records before and after each: a few references a step, because records are immutable. */
export interface StepHistory {
  /** Notes a plan that is about to be written, unless it changes nothing; ledger records are left out. */
  record(label: string, coalesce: string | null, plan: RecordPlan): void
  /** The plan that takes back (brings again) the latest step, with its label; null when there is none. */
  readonly undo: () => { readonly label: string; readonly plan: RecordPlan } | null
  readonly redo: () => { readonly label: string; readonly plan: RecordPlan } | null
  readonly undoLabel: () => string | null
  readonly redoLabel: () => string | null
}

/**
 * A record that something else has changed since (another copy merged in) keeps that change: undo and redo only touch
 * records that are as the step left them. Steps are merged by an explicit key only, never by elapsed time.
 *
 * Why not Yjs' own undo manager: it lost a record. After "remove d, put d, undo, put a", undoing both steps left `d`
 * absent when `d` had been loaded rather than made in the same session (yjs 13.6.33; docs/decisions).
 */
export function createStepHistory(records: Pick<RecordsView, 'get'>): StepHistory {
  const done: Step[] = []
  const undone: Step[] = []
  // Only the step just made can grow: after an undo or redo the next one stands alone.
  let canGrow = false

  /** Moves steps from one stack to the other until one of them changes something. */
  const travel = (from: Step[], to: Step[], direction: 'back' | 'forth') => {
    canGrow = false
    for (let step = from.pop(); step !== undefined; step = from.pop()) {
      to.push(step)
      const plan = planOf(step, direction, records)
      if (plan.put.length > 0 || plan.remove.length > 0) return { label: step.label, plan }
    }
    return null
  }

  return {
    record: (label, coalesce, plan) => {
      const edits = editsOf(plan, records)
      if (edits.size === 0) return
      undone.length = 0
      const latest = done.at(-1)
      if (canGrow && coalesce !== null && latest?.coalesce === coalesce) {
        done[done.length - 1] = { ...latest, edits: joined(latest.edits, edits) }
      } else done.push({ label, coalesce, edits })
      canGrow = true
    },
    undo: () => travel(done, undone, 'back'),
    redo: () => travel(undone, done, 'forth'),
    undoLabel: () => done.at(-1)?.label ?? null,
    redoLabel: () => undone.at(-1)?.label ?? null,
  }
}

function editsOf(plan: RecordPlan, records: Pick<RecordsView, 'get'>): ReadonlyMap<string, Edit> {
  const edits = new Map<string, Edit>()
  for (const after of plan.put) {
    const before = records.get(after.id)
    if (before !== after && !isLedgerType(after.type)) edits.set(after.id, { before, after })
  }
  for (const id of plan.remove) {
    const before = records.get(id)
    if (before !== undefined && !isLedgerType(before.type)) edits.set(id, { before, after: undefined })
  }
  return edits
}

function joined(
  earlier: ReadonlyMap<string, Edit>,
  later: ReadonlyMap<string, Edit>,
): ReadonlyMap<string, Edit> {
  const edits = new Map(earlier)
  for (const [id, edit] of later)
    edits.set(id, { before: (earlier.get(id) ?? edit).before, after: edit.after })
  return edits
}

function planOf(step: Step, direction: 'back' | 'forth', records: Pick<RecordsView, 'get'>): RecordPlan {
  const put: AnyRecord[] = []
  const remove: string[] = []
  for (const [id, { before, after }] of step.edits) {
    const [expected, wanted] = direction === 'back' ? [after, before] : [before, after]
    if (records.get(id) !== expected || expected === wanted) continue
    if (wanted === undefined) remove.push(id)
    else put.push(wanted)
  }
  return { put, remove }
}

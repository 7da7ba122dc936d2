import type { AnyRecord, RecordType } from './records'

export type IdsByType = { readonly [T in RecordType]?: readonly string[] }

/** Which records one transaction added, changed and removed: what views and derived data listen to. */
export interface RecordChanges {
  readonly added: IdsByType
  readonly changed: IdsByType
  readonly removed: IdsByType
}

/** A change as data, built before anything is written: the whole of it happens, or nothing. */
export interface RecordPlan {
  readonly put: readonly AnyRecord[]
  /** Ids; absent ones are no fault. */
  readonly remove: readonly string[]
}

const LEDGER_TYPES: ReadonlySet<RecordType> = new Set([
  'layer',
  'run',
  'tagRun',
  'tagScore',
  'snapshot',
  'settings',
])

/** Ledger records are saved and never undone; all others are the document. */
export function isLedgerType(type: RecordType): boolean {
  return LEDGER_TYPES.has(type)
}

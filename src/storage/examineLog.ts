import { AppError } from '../core/errors'
import type { Damage } from '../ports/projectStorage'
import { LOG_FORMAT, type LogEntry } from './database'
import { sha256 } from './sha256'

/** What is usable of a log's entries. */
export interface LogFindings {
  readonly good: readonly LogEntry[]
  /** Damaged snapshots that were not needed: everything they stood for is among the good entries. */
  readonly spare: readonly LogEntry[]
  /** From the first damaged or missing entry on. A later update may build on it, so it cannot be applied either. */
  readonly lost: readonly LogEntry[]
  /** Of the last usable entry; -1 for an empty log. */
  readonly lastSequence: number
  readonly damage: Damage | null
}

/**
 * Walks the entries, ascending, up to the first one that is damaged or missing. `headSequence` is the number that the
 * last entry should have, -1 for none. Throws `storage/project-too-new` and `storage/damaged` (nothing is usable).
 */
export async function examineLog(entries: readonly LogEntry[], headSequence: number): Promise<LogFindings> {
  if (entries.some((entry) => entry.format > LOG_FORMAT)) {
    throw new AppError(
      'storage/project-too-new',
      'This project was saved by a newer version of Maskwright. It was left untouched.',
    )
  }
  const good: LogEntry[] = []
  const spare: LogEntry[] = []
  const first = entries[0]
  const start = first?.kind === 'snapshot' ? first.sequence : 0
  let end = 0
  for (const entry of entries) {
    if (entry.sequence !== start + end) break
    if (await isIntact(entry)) good.push(entry)
    else if (entry.kind === 'snapshot' && end > 0) spare.push(entry)
    else break
    end += 1
  }
  const lost = entries.slice(end)
  const lastSequence = start + end - 1
  const last = good.at(-1)
  if (last === undefined) {
    if (entries.length === 0 && headSequence < 0) return { good, spare, lost, lastSequence: -1, damage: null }
    throw new AppError(
      'storage/damaged',
      'Nothing of this project can be read back. What is left of it was kept as it is; open a saved project file instead.',
    )
  }
  const lostUpdates = Math.max(headSequence, entries.at(-1)?.sequence ?? -1) - lastSequence
  return { good, spare, lost, lastSequence, damage: damageOf(last, lostUpdates, spare.length) }
}

function damageOf(last: LogEntry, lostUpdates: number, spareCount: number): Damage | null {
  if (lostUpdates > 0) {
    const edits = lostUpdates === 1 ? '1 later change' : `${lostUpdates} later changes`
    return {
      lostUpdates,
      openedUpTo: last.at,
      message: `${edits} could not be read. The damaged data is kept aside.`,
    }
  }
  if (spareCount === 0) return null
  return {
    lostUpdates: 0,
    openedUpTo: last.at,
    message: 'A snapshot was damaged. The changes it stood for were read instead: nothing is lost.',
  }
}

/** Looks at the bytes, and trusts no field of an entry that may be damaged. */
export async function isIntact(entry: LogEntry): Promise<boolean> {
  return ArrayBuffer.isView(entry.bytes) && (await sha256(entry.bytes)) === entry.checksum
}

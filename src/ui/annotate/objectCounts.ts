import { decisionOf, isLive, type RecordsView } from '../../domain/live'
import type { ClassId } from '../../domain/records'

/** Objects of each class in the whole project: boxes, and masks without a box that nobody has turned down. */
export function objectCounts(records: RecordsView): ReadonlyMap<ClassId, number> {
  const counts = new Map<ClassId, number>()
  const add = (classId: ClassId): void => void counts.set(classId, (counts.get(classId) ?? 0) + 1)
  for (const box of records.ofType('annotation')) add(box.classId)
  for (const mask of records.ofType('mask')) {
    if (mask.annotationId !== null || mask.classId === null || !isLive(records, mask)) continue
    const verdict = decisionOf(records, mask.id)?.verdict ?? null
    if (verdict === null || verdict === 'accepted') add(mask.classId)
  }
  return counts
}

import { sortedAs } from './imageVerdict'
import type { RecordsView } from './live'
import type { ClassId } from './records'

/** How far the sorting of all images is. `clean + defective + skipped + left` is the number of images. */
export interface SortCounts {
  readonly clean: number
  readonly defective: number
  /** An image with two classes counts for both. */
  readonly perClass: ReadonlyMap<ClassId, number>
  readonly skipped: number
  readonly left: number
}

export function sortCounts(records: RecordsView): SortCounts {
  const perClass = new Map<ClassId, number>()
  const count = { clean: 0, defective: 0, skipped: 0, unsorted: 0 }
  for (const image of records.ofType('image')) {
    const sorted = sortedAs(records, image)
    count[sorted.kind]++
    if (sorted.kind !== 'defective') continue
    for (const classId of sorted.classIds) perClass.set(classId, (perClass.get(classId) ?? 0) + 1)
  }
  const { unsorted: left, ...rest } = count
  return { ...rest, perClass, left }
}

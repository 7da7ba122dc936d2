import type { RecordsView } from '../../domain/live'
import type { ClassId, ImageId } from '../../domain/records'

/** For each class that some image has: whether all of the images have it. */
export function labelStates(
  records: RecordsView,
  ids: readonly ImageId[],
): ReadonlyMap<ClassId, 'all' | 'some'> {
  const counts = new Map<ClassId, number>()
  for (const id of ids) {
    for (const label of records.ofImage('imageLabel', id)) {
      if (label.presence === 'present') counts.set(label.classId, (counts.get(label.classId) ?? 0) + 1)
    }
  }
  return new Map([...counts].map(([classId, count]) => [classId, count === ids.length ? 'all' : 'some']))
}

import type { RecordsView } from '../domain/live'
import { tagScoreOf } from '../domain/tagScoreOf'
import type { ImageId, ImageRecord, ImageStatus } from '../domain/records'
import type { ImageFilter } from './sessionStore'

const STATUS_ORDER: Readonly<Record<ImageStatus, number>> = {
  inProgress: 0,
  unseen: 1,
  doneDefects: 2,
  confirmedClean: 3,
  skipped: 4,
}

/** Numbers inside names sort as numbers: tile_2 before tile_10. */
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The images that pass a filter, in its order; ties by name, then id, so that the list never flickers. */
export function visibleImages(records: RecordsView, filter: ImageFilter): readonly ImageId[] {
  const text = filter.text.trim().toLocaleLowerCase('en')
  const marks = (image: ImageRecord): number =>
    records.ofImage('annotation', image.id).length + records.ofImage('mask', image.id).length
  // Images that the classifier has not seen come last.
  const scoreOf = (image: ImageRecord): number => tagScoreOf(records, image.id) ?? -1
  const passes = (image: ImageRecord): boolean => {
    if (text !== '' && !image.fileName.toLocaleLowerCase('en').includes(text)) return false
    if (filter.statuses.length > 0 && !filter.statuses.includes(image.status)) return false
    return filter.classId === null || hasClass(records, image, filter.classId)
  }
  const compare = (a: ImageRecord, b: ImageRecord): number => {
    const byKey =
      filter.sort === 'status'
        ? STATUS_ORDER[a.status] - STATUS_ORDER[b.status]
        : filter.sort === 'marks'
          ? marks(b) - marks(a)
          : filter.sort === 'added'
            ? compareText(a.addedAt, b.addedAt)
            : filter.sort === 'score'
              ? scoreOf(b) - scoreOf(a)
              : 0
    return byKey || byName.compare(a.fileName, b.fileName) || compareText(a.id, b.id)
  }
  return records
    .ofType('image')
    .filter(passes)
    .sort(compare)
    .map((image) => image.id)
}

function hasClass(records: RecordsView, image: ImageRecord, classId: string): boolean {
  return (
    records.ofImage('annotation', image.id).some((box) => box.classId === classId) ||
    records.ofImage('mask', image.id).some((mask) => mask.classId === classId) ||
    records
      .ofImage('imageLabel', image.id)
      .some((label) => label.classId === classId && label.presence === 'present')
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

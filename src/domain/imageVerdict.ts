import { decisionOf, isLive, type RecordsView } from './live'
import {
  idOf,
  type AnyRecord,
  type ClassId,
  type ImageId,
  type ImageLabel,
  type ImageRecord,
} from './records'

/**
 * What a person (or a label file) says of a whole image: the one statement that stands, a later one replaces it.
 * `defective` names at least one class that is somewhere in the image.
 */
export type ImageVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'defective'; readonly classIds: readonly ClassId[] }

/** The verdict that the records hold; `unsorted`: nobody has said anything of the image as a whole. */
export type SortedAs =
  | { readonly kind: 'clean' | 'skipped' | 'unsorted' }
  | { readonly kind: 'defective'; readonly classIds: readonly ClassId[] }

/**
 * How an image is sorted. Boxes and accepted masks say "defective" as plainly as a label does, and so does the status
 * `doneDefects`, the only case without a class. Skipped and clean are decisions and come first.
 */
export function sortedAs(records: RecordsView, image: ImageRecord): SortedAs {
  if (image.status === 'skipped') return { kind: 'skipped' }
  if (image.status === 'confirmedClean') return { kind: 'clean' }
  const classIds = classesIn(records, image.id)
  if (classIds.length > 0 || image.status === 'doneDefects') return { kind: 'defective', classIds }
  return { kind: 'unsorted' }
}

/** The classes that are somewhere in the image, in project order: from labels, boxes and accepted masks. */
function classesIn(records: RecordsView, imageId: ImageId): readonly ClassId[] {
  const found = new Set<ClassId>()
  for (const label of records.ofImage('imageLabel', imageId))
    if (label.presence === 'present') found.add(label.classId)
  for (const box of records.ofImage('annotation', imageId)) found.add(box.classId)
  for (const mask of acceptedMasks(records, imageId)) if (mask !== null) found.add(mask)
  if (found.size === 0) return []
  return (records.ofType('project')[0]?.classOrder ?? []).filter((id) => found.has(id))
}

function acceptedMasks(records: RecordsView, imageId: ImageId): (ClassId | null)[] {
  return records
    .ofImage('mask', imageId)
    .filter(
      (mask) =>
        mask.role === 'defect' &&
        isLive(records, mask) &&
        decisionOf(records, mask.id)?.verdict === 'accepted',
    )
    .map((mask) => mask.classId)
}

/** Boxes or accepted masks: the image cannot be called clean before they are gone. */
export function hasMarks(records: RecordsView, imageId: ImageId): boolean {
  const boxes = records.ofImage('annotation', imageId)
  return (
    boxes.some((box) => records.get(box.classId) !== undefined) || acceptedMasks(records, imageId).length > 0
  )
}

/**
 * The records that make the verdict the image's only one; null when nothing changes. Clean takes the present labels
 * away, as does skip; defective leaves exactly the named classes labelled and brings a clean or skipped image back
 * to work. Marks are never touched: the caller refuses `clean` where `hasMarks`.
 */
export function planVerdict(
  records: RecordsView,
  image: ImageRecord,
  verdict: ImageVerdict,
  { source, newId }: { readonly source: ImageLabel['source']; readonly newId: () => string },
): { readonly put: readonly AnyRecord[]; readonly remove: readonly string[] } | null {
  const put: AnyRecord[] = []
  const remove: string[] = []
  const wanted = new Set(verdict.kind === 'defective' ? verdict.classIds : [])
  const there = new Set<ClassId>()
  for (const label of records.ofImage('imageLabel', image.id)) {
    // "Surely nowhere in it" stands until the same class is said to be in it.
    if (label.presence === 'absent' && !wanted.has(label.classId)) continue
    if (label.presence === 'absent' || !wanted.has(label.classId)) remove.push(label.id)
    else there.add(label.classId)
  }
  for (const classId of wanted) {
    if (there.has(classId)) continue
    put.push({
      id: idOf('imageLabel', newId()),
      type: 'imageLabel',
      imageId: image.id,
      classId,
      presence: 'present',
      source,
    })
  }
  const status = statusAfter(image, verdict)
  if (status !== image.status) put.push({ ...image, status })
  return put.length + remove.length === 0 ? null : { put, remove }
}

function statusAfter(image: ImageRecord, verdict: ImageVerdict): ImageRecord['status'] {
  if (verdict.kind === 'clean') return 'confirmedClean'
  if (verdict.kind === 'skip') return 'skipped'
  return image.status === 'doneDefects' ? 'doneDefects' : 'inProgress'
}

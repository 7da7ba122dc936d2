import {
  currentMaskOf,
  decisionOf,
  isActiveDraft,
  isLive,
  isShownTagMask,
  isStudentDraft,
  isTagMask,
  type RecordsView,
} from '../../domain/live'
import type { AnnotationId, BoxAnnotation, ClassId, ImageId, MaskId, PseudoMask } from '../../domain/records'

/** What the selection names: a box (with its mask), or a mask that has no box. */
export type ObjectId = AnnotationId | MaskId

/**
 * How far an object is: only `accepted` is a person's word. `proposed` and `draft` are a model's (a draft has no
 * box yet), `unresolved` means the generator found nothing, `boxOnly` that it has not run.
 */
export type ObjectState = 'accepted' | 'proposed' | 'draft' | 'unresolved' | 'boxOnly' | 'ignore'

/** One row of the object list, one thing on the canvas. */
export interface ImageObject {
  readonly id: ObjectId
  readonly state: ObjectState
  /** Null only for an ignore region. */
  readonly classId: ClassId | null
  readonly box: BoxAnnotation | null
  readonly mask: PseudoMask | null
}

/** All objects of an image, boxes first, each kind in the order of drawing. */
export function imageObjects(records: RecordsView, imageId: ImageId): readonly ImageObject[] {
  const objects: ImageObject[] = []
  for (const box of records.ofImage('annotation', imageId)) {
    if (records.get(box.classId) === undefined) continue
    const mask = currentMaskOf(records, box.id)
    objects.push({ id: box.id, state: stateOfBox(records, mask), classId: box.classId, box, mask })
  }
  for (const mask of records.ofImage('mask', imageId)) {
    if (mask.annotationId !== null || !isLive(records, mask)) continue
    const verdict = decisionOf(records, mask.id)?.verdict ?? null
    const common = { id: mask.id, classId: mask.classId, box: null, mask }
    if (mask.role === 'ignore') {
      if (verdict === null || verdict === 'accepted') objects.push({ ...common, state: 'ignore' })
    } else if (verdict === 'accepted') objects.push({ ...common, state: 'accepted' })
    else if (verdict === null && isInSight(records, mask)) objects.push({ ...common, state: 'draft' })
  }
  return objects
}

/** Drafts of former students and masks of former tag runs wait out of sight. */
function isInSight(records: RecordsView, mask: PseudoMask): boolean {
  if (isStudentDraft(mask)) return isActiveDraft(records, mask)
  return !isTagMask(mask) || isShownTagMask(records, mask)
}

function stateOfBox(records: RecordsView, mask: PseudoMask | null): ObjectState {
  if (mask === null) return 'boxOnly'
  if (decisionOf(records, mask.id)?.verdict === 'accepted') return 'accepted'
  return mask.isUnresolved ? 'unresolved' : 'proposed'
}

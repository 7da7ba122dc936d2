import type { ClassDef } from '../../domain/records'
import type { ImageObject, ObjectState } from '../canvas/imageObjects'

export const STATE_WORDS: Readonly<Record<ObjectState, string>> = {
  accepted: 'accepted',
  proposed: 'proposed, not reviewed',
  draft: 'found by a model, not reviewed',
  unresolved: 'no object found',
  boxOnly: 'box without a mask',
  ignore: 'ignore region',
}

export interface ObjectWords {
  readonly name: string
  /** Area of the mask, else the sides of the box. */
  readonly size: string
  readonly state: string
  /** The generator's own estimate of IoU with the true mask, in percent; null without one. */
  readonly quality: string | null
}

/** What the object list says of an object. */
export function objectWords(object: ImageObject, classes: readonly ClassDef[]): ObjectWords {
  const name =
    object.state === 'ignore'
      ? 'Ignore region'
      : (classes.find((one) => one.id === object.classId)?.name ?? 'Unknown class')
  const { mask, box } = object
  const size =
    mask !== null && mask.areaPx > 0
      ? `${mask.areaPx.toLocaleString('en')} px`
      : box === null
        ? '–'
        : `${Math.round(box.boxPx.width)} × ${Math.round(box.boxPx.height)}`
  const iou = object.state === 'accepted' ? null : (mask?.quality.predictedIou ?? null)
  return {
    name,
    size,
    state: STATE_WORDS[object.state],
    quality: iou === null || object.state === 'unresolved' ? null : `${Math.round(iou * 100)} %`,
  }
}

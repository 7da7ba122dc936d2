import type { ImageId, PseudoMask } from './records'

export type ReviewReason =
  | 'studentDiffers'
  | 'foundByStudent'
  | 'foundOnCleanImage'
  | 'newMask'
  | 'unresolved'
  | 'imported'
  | 'audit'

/** One thing to decide: a mask nobody has judged, possibly against the mask it would replace. */
export interface ReviewItem {
  /** Stable across recomputations: the mask's id. */
  readonly key: string
  readonly imageId: ImageId
  readonly mask: PseudoMask
  /** The current mask it would replace on Accept; null when it adds something. */
  readonly against: PseudoMask | null
  readonly reason: ReviewReason
  /** Disagreeing pixels x confidence: the order of the queue. */
  readonly benefit: number
  readonly confidence: number | null
}

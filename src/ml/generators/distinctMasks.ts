import { overlapOf } from '../metrics/iou'
import type { BinaryMask } from '../../core/raster'

/** Two masks that agree this well look the same to a person. */
const SAME_IOU = 0.97

/** True when `mask` differs visibly from each of `others` (equal sizes). Two empty masks are the same. */
export function isDistinct(mask: BinaryMask, others: readonly BinaryMask[]): boolean {
  return others.every((other) => {
    const { intersectionPx, unionPx } = overlapOf(mask, other)
    return unionPx > 0 && intersectionPx / unionPx <= SAME_IOU
  })
}

import { assert } from '../../core/assert'
import type { BinaryMask } from '../../core/raster'

/** What an image contributes to an average IoU, in pixels. */
export interface Overlap {
  readonly intersectionPx: number
  readonly unionPx: number
  /** The image has a defect in the truth. */
  readonly hasTruth: boolean
}

export function overlapOf(prediction: BinaryMask, truth: BinaryMask): Overlap {
  assert(prediction.width === truth.width && prediction.height === truth.height, 'masks have one size')
  let intersectionPx = 0
  let unionPx = 0
  let truthPx = 0
  for (let p = 0; p < truth.data.length; p++) {
    intersectionPx += prediction.data[p]! & truth.data[p]!
    unionPx += prediction.data[p]! | truth.data[p]!
    truthPx += truth.data[p]!
  }
  return { intersectionPx, unionPx, hasTruth: truthPx > 0 }
}

/**
 * Two readings of "average IoU" (metrics.md §5.4), both reported because papers do not say which they mean.
 * Micro: sum of intersections over sum of unions; null when every union is empty.
 * Macro: mean over the images with a defect in the truth, an empty prediction counting 0; null when there is none.
 */
export function averageIou(overlaps: readonly Overlap[]): {
  micro: number | null
  macroPositive: number | null
} {
  let intersectionPx = 0
  let unionPx = 0
  let sum = 0
  let positives = 0
  for (const overlap of overlaps) {
    intersectionPx += overlap.intersectionPx
    unionPx += overlap.unionPx
    if (!overlap.hasTruth) continue
    sum += overlap.intersectionPx / overlap.unionPx
    positives++
  }
  return {
    micro: unionPx === 0 ? null : intersectionPx / unionPx,
    macroPositive: positives === 0 ? null : sum / positives,
  }
}

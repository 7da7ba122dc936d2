import { assert } from '../core/assert'
import type { LabelMap } from '../core/raster'

export interface SelfCorrectionRule {
  /** A background pixel changes when its most probable class is a defect with a probability strictly above this; 0.5..1. */
  readonly threshold: number
  /** An image keeps its label when more than this share of its background pixels would change. */
  readonly cap: number
}

export interface CorrectedTarget {
  readonly target: LabelMap
  readonly changedPixels: number
  /** The cap was exceeded, so nothing was changed. */
  readonly isCapped: boolean
}

/**
 * One-sided self-correction of one image (boxes2pixels.md §5): background that the student is sure about becomes the
 * defect class it sees; a defect is never changed, an ignored pixel (255) neither, a barred pixel never.
 * `probabilities` (K + 1, H, W) class first, of the class head. Ties cannot win: two classes cannot both exceed 0.5.
 *
 * Reference implementation: the tensor form of `nn/losses/selfCorrected` is tested against it pixel for pixel. The
 * threshold is rounded to single precision, as the tensors hold it.
 */
export function correctTarget(
  probabilities: Float32Array,
  target: LabelMap,
  barred: Uint8Array | null,
  rule: SelfCorrectionRule,
): CorrectedTarget {
  const pixels = target.width * target.height
  assert(probabilities.length % pixels === 0, 'probabilities and target differ in size')
  assert(rule.threshold >= 0.5, 'below 0.5 two classes could pass the threshold')
  const classes = probabilities.length / pixels
  const threshold = Math.fround(rule.threshold)
  const data = target.data.slice()
  let background = 0
  let changedPixels = 0
  for (let p = 0; p < pixels; p++) {
    if (target.data[p] !== 0) continue
    background++
    if (barred !== null && barred[p] === 1) continue
    for (let k = 1; k < classes; k++) {
      if (probabilities[k * pixels + p]! > threshold) {
        data[p] = k
        changedPixels++
      }
    }
  }
  if (changedPixels > rule.cap * background) return { target, changedPixels: 0, isCapped: true }
  return { target: { ...target, data }, changedPixels, isCapped: false }
}

import type { ScoreMap } from '../../core/raster'

/** Keeps an all-zero map at zero; the value irn and SEAM use (known component). */
const CAM_EPSILON = 1e-5

/**
 * C = relu(A) / (max relu(A) + 1e-5): any activation map to 0..1, its peak just below 1.
 * A map without a positive value becomes all zeros: the classifier saw nothing.
 * Known component: CAM as in irn and SEAM (methods/cam-pseudo-masks.md, B1).
 */
export function normaliseCam(map: ScoreMap): ScoreMap {
  let max = 0
  for (const value of map.data) if (value > max) max = value
  const divisor = max + CAM_EPSILON
  return {
    width: map.width,
    height: map.height,
    data: map.data.map((value) => (value > 0 ? value / divisor : 0)),
  }
}

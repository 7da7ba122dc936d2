import type { ScoreMap } from '../../core/raster'

/**
 * Min-max normalisation: (A - min) / (max - min), so that the least value is 0 and the greatest 1.
 * A constant map has no shape to show and becomes all zeros.
 * Our reconstruction of how maps are compared in the contrastive and cropping modules (methods/cam-pseudo-masks.md, A3, A4).
 */
export function stretchCam(map: ScoreMap): ScoreMap {
  let min = Infinity
  let max = -Infinity
  for (const value of map.data) {
    if (value < min) min = value
    if (value > max) max = value
  }
  const range = max - min
  return {
    width: map.width,
    height: map.height,
    data: map.data.map((value) => (range > 0 ? (value - min) / range : 0)),
  }
}

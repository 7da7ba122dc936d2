import { assert } from '../../core/assert'
import type { Size } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'

/** Feature maps (D, h, w), or the gradient of a logit by them. */
export interface FeatureMaps extends Size {
  readonly channels: number
  readonly data: Float32Array
}

export interface ClassMap {
  /** A = sum_d V[d] f[d], (h, w), before ReLU. */
  readonly map: ScoreMap
  /** Mean of A over h and w: by linearity the logit of global average pooling before a bias-free 1x1 classifier. */
  readonly logit: number
}

/**
 * Class map of one class and its mean-pooled logit.
 * Known component: CAM whose head is a bias-free 1x1 convolution (methods/cam-pseudo-masks.md, A1 and B1).
 *
 * @param weights V, (D)
 */
export function classMapCam(features: FeatureMaps, weights: Float32Array): ClassMap {
  const { width, height, channels, data } = features
  assert(weights.length === channels, 'a class map needs one weight a channel')
  const plane = width * height
  const map = new Float32Array(plane)
  for (let d = 0; d < channels; d++) {
    for (let p = 0; p < plane; p++) map[p]! += weights[d]! * data[d * plane + p]!
  }
  const logit = map.reduce((sum, value) => sum + value, 0) / plane
  return { map: { width, height, data: map }, logit }
}

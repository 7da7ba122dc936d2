import { assert } from '../../core/assert'
import type { ScoreMap } from '../../core/raster'
import type { FeatureMaps } from './classMapCam'

export type GradientCamMethod = 'grad-cam' | 'grad-cam-plus-plus' | 'layer-cam'

/** Keeps the denominator of Grad-CAM++ away from 0 (pytorch-grad-cam). */
const ALPHA_EPSILON = 1e-6

/**
 * Activation map (h, w) after ReLU, not normalised, from features f (D, h, w) and the gradient g = d logit / d f.
 * Grad-CAM and Grad-CAM++: relu(sum_d weight_d f_d). LayerCAM: relu(sum_d relu(g_d) * f_d), point by point.
 * Known components: the three methods as in pytorch-grad-cam (methods/cam-pseudo-masks.md, B2).
 */
export function gradientCam(
  method: GradientCamMethod,
  features: FeatureMaps,
  gradients: FeatureMaps,
): ScoreMap {
  assert(features.data.length === gradients.data.length, 'features and gradients need equal shapes')
  const { width, height, channels, data } = features
  const plane = width * height
  const weights =
    method === 'layer-cam'
      ? null
      : method === 'grad-cam'
        ? gradCamWeights(gradients)
        : gradCamPlusPlusWeights(features, gradients)
  const map = new Float32Array(plane)
  for (let d = 0; d < channels; d++) {
    for (let p = 0; p < plane; p++) {
      const weight = weights === null ? Math.max(gradients.data[d * plane + p]!, 0) : weights[d]!
      map[p]! += weight * data[d * plane + p]!
    }
  }
  return { width, height, data: map.map((value) => Math.max(value, 0)) }
}

/** Grad-CAM: weight_d = mean over h and w of g_d. (D) */
export function gradCamWeights({ width, height, channels, data }: FeatureMaps): Float32Array {
  const plane = width * height
  return Float32Array.from({ length: channels }, (_, d) => {
    let sum = 0
    for (let p = 0; p < plane; p++) sum += data[d * plane + p]!
    return sum / plane
  })
}

/**
 * Grad-CAM++: weight_d = sum_hw relu(g) alpha, alpha = g^2 / (2 g^2 + S_d g^3 + 1e-6), S_d = sum_hw f_d; alpha = 0
 * where g = 0. (D)
 */
export function gradCamPlusPlusWeights(features: FeatureMaps, gradients: FeatureMaps): Float32Array {
  const plane = features.width * features.height
  return Float32Array.from({ length: features.channels }, (_, d) => {
    let featureSum = 0
    for (let p = 0; p < plane; p++) featureSum += features.data[d * plane + p]!
    let weight = 0
    for (let p = 0; p < plane; p++) {
      const g = gradients.data[d * plane + p]!
      // relu(g) makes every term with g <= 0 vanish, whatever its alpha.
      if (g > 0) weight += (g * g * g) / (2 * g * g + featureSum * g * g * g + ALPHA_EPSILON)
    }
    return weight
  })
}

/**
 * tanh(2 x / max): brings the small LayerCAM values of an early layer up before layers are fused. `map` is >= 0; a map
 * of zeros stays so. Known component: LayerCAM's scaling (methods/cam-pseudo-masks.md, B2).
 */
export function scaleEarlyLayer(map: ScoreMap): ScoreMap {
  let max = 0
  for (const value of map.data) if (value > max) max = value
  return { ...map, data: map.data.map((value) => (max > 0 ? Math.tanh((2 * value) / max) : 0)) }
}

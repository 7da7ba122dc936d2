import { describe, expect, test } from 'vitest'
import { classMapCam, type FeatureMaps } from './classMapCam'
import { gradCamPlusPlusWeights, gradCamWeights, gradientCam, scaleEarlyLayer } from './gradientCam'

// methods/cam-pseudo-masks.md, T1 and T2.
const features: FeatureMaps = {
  width: 2,
  height: 2,
  channels: 2,
  data: Float32Array.of(1, 0, 0, 2, 0, 1, 1, 1),
}
const gradients: FeatureMaps = {
  ...features,
  data: Float32Array.of(0.5, -0.2, 0.1, 0.4, -0.3, 0.2, 0, 0.1),
}
// + 0 makes a 0 of -0.
const rounded = (values: Float32Array) => [...values].map((value) => Math.round(value * 1e6) / 1e6 + 0)

describe('activation maps of one small layer', () => {
  test('class map: weighted sum of the features, its mean the logit', () => {
    const { map, logit } = classMapCam(features, Float32Array.of(1, -0.5))
    expect([...map.data]).toEqual([1, -0.5, -0.5, 1.5])
    expect(logit).toBeCloseTo(0.375, 7)
  })

  test('Grad-CAM weighs channels by their mean gradient', () => {
    expect(rounded(gradCamWeights(gradients))).toEqual([0.2, 0])
    expect(rounded(gradientCam('grad-cam', features, gradients).data)).toEqual([0.2, 0, 0, 0.4])
  })

  test('Grad-CAM++ weighs them by the positive gradients, each with its alpha', () => {
    expect(rounded(gradCamPlusPlusWeights(features, gradients))).toEqual([0.311333, 0.120399])
    expect(rounded(gradientCam('grad-cam-plus-plus', features, gradients).data)).toEqual([
      0.311333, 0.120399, 0.120399, 0.743065,
    ])
  })

  test('LayerCAM weighs every place by its own positive gradient', () => {
    expect(rounded(gradientCam('layer-cam', features, gradients).data)).toEqual([0.5, 0.2, 0, 0.9])
  })

  test('an early layer is scaled by tanh(2 x / max); zeros stay zeros', () => {
    const scaled = scaleEarlyLayer({ width: 3, height: 1, data: Float32Array.of(0, 1, 2) })
    // tanh 1 and tanh 2.
    expect(rounded(scaled.data)).toEqual([0, 0.761594, 0.964028])
    expect([...scaleEarlyLayer({ width: 1, height: 1, data: Float32Array.of(0) }).data]).toEqual([0])
  })
})

import { expect, test } from 'vitest'
import { unet } from './unet'

test.each([
  // As PyTorch counts them (Conv2d and ConvTranspose2d with bias, BatchNorm2d).
  [8, 121_547],
  [32, 1_928_483],
])('with base %i and three classes there are %i parameters', (base, expected) => {
  const shape = { classCount: 2, levels: [], backboneWeights: null, input: { width: 64, height: 64 } }
  const { parameters } = unet.build(shape, { base })
  expect(parameters.reduce((sum, { shape: s }) => sum + s.reduce((a, b) => a * b, 1), 0)).toBe(expected)
})

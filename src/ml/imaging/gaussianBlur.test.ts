import { expect, test } from 'vitest'
import { gaussianBlur } from './gaussianBlur'

test('a single pixel becomes the product of two sampled Gaussians', () => {
  const map = { width: 9, height: 9, data: new Float32Array(81) }
  map.data[4 * 9 + 4] = 1
  // Radius 3: weights exp(-i^2 / 2) / (1 + 2 (e^-0.5 + e^-2 + e^-4.5)) = 1 / 2.50593 at the centre.
  const sum = 1 + 2 * (Math.exp(-0.5) + Math.exp(-2) + Math.exp(-4.5))
  const blurred = gaussianBlur(map, 1).data
  expect(blurred[4 * 9 + 4]).toBeCloseTo(1 / sum ** 2, 6)
  expect(blurred[3 * 9 + 6]).toBeCloseTo((Math.exp(-0.5) * Math.exp(-2)) / sum ** 2, 6)
  expect(blurred[4 * 9 + 8]).toBe(0)
})

test('a constant map stays constant up to its edges', () => {
  const map = { width: 3, height: 2, data: new Float32Array(6).fill(0.7) }
  for (const value of gaussianBlur(map, 2).data) expect(value).toBeCloseTo(0.7, 6)
})

test('sigma 0 changes nothing', () => {
  const map = { width: 2, height: 1, data: Float32Array.of(1, 2) }
  expect(gaussianBlur(map, 0)).toEqual(map)
})

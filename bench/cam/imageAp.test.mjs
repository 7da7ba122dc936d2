import { expect, test } from 'vitest'
import { imageAp } from './imageAp.mjs'

const images = (labels, scores) => labels.map((label, i) => ({ isDefective: label === 1, score: scores[i] }))

test('step sum and trapezoid equal the published vectors, ties forming one point', () => {
  // Vectors of the metrics specification, T8.
  const ap = imageAp(images([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.2]))
  expect(ap.step).toBeCloseTo(0.805556, 6)
  expect(ap.trapezoid).toBeCloseTo(0.763889, 6)
  expect(imageAp(images([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])).step).toBeCloseTo(0.833333, 6)
})

test('the trapezoid joins the points by lines, from recall 0 and precision 1', () => {
  // Points (0, 1), (.5, 1), (.5, .5), (1, 2/3): 0.5 + 0 + 0.5 (1/2 + 2/3) / 2.
  expect(imageAp(images([1, 0, 1], [0.9, 0.8, 0.7])).trapezoid).toBeCloseTo(0.5 + 0.291667, 6)
})

test('a perfect order has 1, and no defective image has none', () => {
  expect(imageAp(images([1, 1, 0], [0.9, 0.8, 0.1]))).toEqual({ step: 1, trapezoid: 1 })
  expect(imageAp(images([0], [0.1]))).toBeNull()
})

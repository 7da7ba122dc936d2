import { expect, test } from 'vitest'
import { topShareScore } from './topShareScore'

const eight = Float32Array.of(0.125, 1, 0.25, 0.5, 0, 0.75, 0.125, 0.25)

test('the mean of the highest share; share 0 and shares of less than two pixels are the highest alone', () => {
  // A quarter of eight: (1 + 0.75) / 2.
  expect(topShareScore(eight, 0.25)).toBe(0.875)
  expect(topShareScore(eight, 0)).toBe(1)
  expect(topShareScore(eight, 0.2)).toBe(1)
  expect(topShareScore(eight, 1)).toBe(0.375)
})

test('no pixels score 0, and the input stays as it was', () => {
  expect(topShareScore(new Float32Array(0), 0.5)).toBe(0)
  const given = eight.slice()
  topShareScore(given, 0.5)
  expect(given).toEqual(eight)
})

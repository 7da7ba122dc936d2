import { expect, test } from 'vitest'
import { aboveCut, macro, qualityCut, spearman } from './statistics.mjs'

test('macro is the mean of the class means', () => {
  const entries = [
    ['a', 1],
    ['a', 0],
    ['b', 0.2],
  ]
  expect(
    macro(
      entries,
      (entry) => entry[0],
      (entry) => entry[1],
    ),
  ).toBeCloseTo(0.35)
})

test('rank correlation: order counts, distances do not, ties share a rank', () => {
  expect(
    spearman([
      [1, 10],
      [2, 100],
      [3, 1000],
    ]),
  ).toBeCloseTo(1) // prettier-ignore
  expect(
    spearman([
      [1, 3],
      [2, 2],
      [3, 1],
    ]),
  ).toBeCloseTo(-1)
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: covariance 4.5, spreads 4.5 and 5.
  expect(
    spearman([
      [0, 0],
      [1, 1],
      [1, 2],
      [2, 3],
    ]),
  ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5))
  expect(
    spearman([
      [1, 1],
      [1, 2],
      [1, 3],
    ]),
  ).toBeNull()
})

test('the cut accepts as many masks as keep the mean', () => {
  const entries = [
    { predicted: 0.9, iou: 1 },
    { predicted: 0.8, iou: 0.8 },
    { predicted: 0.7, iou: 0.3 },
  ]
  expect(qualityCut(entries, 0.85)).toBe(0.8)
  expect(aboveCut(entries, 0.8)).toEqual({ share: 2 / 3, iou: 0.9 })
  expect(qualityCut(entries, 0.5)).toBe(0.7)
  expect(qualityCut([{ predicted: 0.9, iou: 0.2 }], 0.85)).toBeNull()
  expect(aboveCut(entries, null)).toEqual({ share: 0, iou: null })
})

import { expect, test } from 'vitest'
import { fewImages, pooled, recallAtPrecision } from './operatingPoint.mjs'

/** Four bins of a score, lowest first. */
const h = (histogramPositive, histogramNegative) => ({ histogramPositive, histogramNegative })

test('recall at equal precision is the highest that any threshold with that precision reaches', () => {
  const student = h([1, 2, 3, 4], [90, 6, 2, 0])
  expect(recallAtPrecision(student, 1)).toBeCloseTo(0.4)
  expect(recallAtPrecision(student, 7 / 9)).toBeCloseTo(0.7)
  expect(recallAtPrecision(student, 0.5)).toBeCloseTo(0.9)
})

test('a precision that is only reached below a worse threshold still counts', () => {
  expect(recallAtPrecision(h([0, 9, 0, 1], [0, 0, 1, 0]), 0.9)).toBeCloseTo(1)
})

test('a precision out of reach has no recall', () => {
  expect(recallAtPrecision(h([5, 0], [0, 5]), 0.9)).toBe(0)
})

test('images are pooled bin by bin', () => {
  expect(pooled([h([1, 2], [3, 4]), h([10, 0], [0, 1])])).toEqual(h([11, 2], [3, 5]))
})

test('a threshold from images like those of test beats .5, one from none stays at .5', () => {
  const like = { ...h([0, 10, 0, 0], [50, 0, 0, 0]), group: 'a' }
  const test_ = pooled([like])
  const few = fewImages([like, { ...like, group: 'b' }], test_, 1, 10, 0)
  expect(few).toMatchObject({ images: 1, mean: 1, better: 1 })
  const clean = { ...h([0, 0, 0, 0], [50, 0, 0, 0]), group: 'c' }
  expect(fewImages([clean], test_, 1, 10, 0)).toMatchObject({ mean: 0, better: 0 })
})

test('images of one group are drawn together', () => {
  const image = h([0, 10, 0, 0], [50, 0, 0, 0])
  const group = Array.from({ length: 6 }, () => ({ ...image, group: 'tile' }))
  expect(fewImages(group, pooled([image]), 2, 5, 0).images).toBe(6)
})

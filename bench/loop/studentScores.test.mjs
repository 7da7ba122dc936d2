import { expect, test } from 'vitest'
import { studentScores } from './studentScores.mjs'

const dataset = {
  images: [
    { file_name: 'a.png', tile_group: '1' },
    { file_name: 'b.png', tile_group: '1' },
    { file_name: 'c.png' },
  ],
}
const image = (fileName, tp, fp, fn) => ({
  fileName,
  tp,
  fp,
  fn,
  predictedPixels: tp + fp,
  truthPixels: tp + fn,
})
const summary = (positive, negative) => ({
  binary: { histogramPositive: positive, histogramNegative: negative },
  confusion: [
    [70, 10, 0],
    [5, 15, 5],
    [2, 0, 3],
  ],
  threshold: 0.5,
  perImage: [image('a.png', 9, 1, 0), image('b.png', 0, 0, 10), image('c.png', 0, 25, 0)],
})

test('the threshold is chosen on val and applied to test', () => {
  // val: only >= .75 is free of false positives; test has half its defect pixels below that.
  const val = summary([0, 0, 0, 8], [50, 9, 9, 0])
  const scores = studentScores(dataset, val, summary([0, 0, 4, 4], [60, 0, 0, 0]))
  expect(scores.tunedThreshold).toBe(0.75)
  expect(scores.tunedIou).toBe(0.5)
  expect(scores.halfIou).toBe(1)
})

test('binary IoU of the class head counts a wrong defect class as defect', () => {
  const scores = studentScores(dataset, summary([0, 1], [1, 0]), summary([0, 1], [1, 0]))
  // tp 15 + 5 + 0 + 3 = 23, fp 10, fn 5 + 2 = 7.
  expect(scores.argmaxIou).toBeCloseTo(23 / 40, 12)
})

test('false alarms are counted on good images, hits on defective ones, groups once', () => {
  const scores = studentScores(dataset, summary([0, 1], [1, 0]), summary([0, 1], [1, 0]))
  expect([scores.falseAlarms, scores.good]).toEqual([1, 1])
  expect([scores.hits, scores.defective]).toEqual([1, 2])
  expect(scores.interval.groups).toBe(2)
})

import { expect, test } from 'vitest'
import { anomalyMiou, bestThreshold, classIous, pixelAp, scoresAt } from './binaryScores.mjs'

/** Histograms of ten bins from labels and scores. */
function histograms(labels, scores) {
  const empty = () => Array.from({ length: 10 }, () => 0)
  const h = { histogramPositive: empty(), histogramNegative: empty() }
  for (const [i, label] of labels.entries())
    h[label === 1 ? 'histogramPositive' : 'histogramNegative'][Math.floor(scores[i] * 10 + 1e-9)]++
  return h
}

test('pixel AP equals the published vectors, ties forming one point', () => {
  // Vectors of the metrics specification, T8.
  expect(pixelAp(histograms([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.2]))).toBeCloseTo(0.805556, 6)
  expect(pixelAp(histograms([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]))).toBeCloseTo(0.833333, 6)
  expect(pixelAp(histograms([0], [0.4]))).toBeNull()
})

const h = histograms([1, 1, 1, 0, 0], [0.9, 0.7, 0.3, 0.7, 0.1])

test('scores at a threshold count the bin that begins there', () => {
  // >= .7: tp 2, fp 1, fn 1.
  expect(scoresAt(h, 0.7)).toEqual({ iou: 0.5, recall: 2 / 3, precision: 2 / 3 })
})

test('the best threshold has the highest IoU, found lowest first', () => {
  // >= .2 and >= .3: tp 3, fp 1 -> .75; >= .7: .5; >= .9: 1/3.
  expect(bestThreshold(h)).toBe(0.2)
})

test('class IoU from a confusion matrix; a class that is nowhere scores 0', () => {
  const confusion = [
    [8, 1, 0],
    [1, 2, 0],
    [0, 0, 0],
  ]
  // Background 8 / (9 + 9 - 8), class 1: 2 / (3 + 3 - 2), class 2: nothing.
  expect(classIous(confusion)).toEqual([0.8, 0.5, 0])
  expect(anomalyMiou(confusion)).toBe(0.25)
})

import { expect, test } from 'vitest'
import type { EvaluationReport } from '../../app/evaluation'
import { bestIndex, classIous, METRIC_GROUPS, metricText } from './metricRows'

test('an undefined number reads n/a, a true zero reads 0.000', () => {
  expect(metricText(null)).toBe('n/a')
  expect(metricText(Number.NaN)).toBe('n/a')
  expect(metricText(0)).toBe('0.000')
  expect(metricText(0.7264)).toBe('0.726')
})

test('the best of several is the highest, or the lowest where less is better', () => {
  expect(bestIndex([0.2, null, 0.6], false)).toBe(2)
  expect(bestIndex([0.2, 0.1, Number.NaN], true)).toBe(1)
})

test('one number alone is not called the best', () => {
  expect(bestIndex([0.2, null], false)).toBeNull()
  expect(bestIndex([], false)).toBeNull()
})

test('ids are unique: they are the keys of the table', () => {
  const ids = METRIC_GROUPS.flatMap((group) => group.rows.map((row) => row.id))
  expect(new Set(ids).size).toBe(ids.length)
})

/** Two classes; the second occurs nowhere. Class 1: 30 right, 10 missed, 10 wrong: IoU 0.6. */
const report = {
  imageCount: 3,
  excludedTrainingImages: 0,
  classes: [
    { id: 'class:a', name: 'A' },
    { id: 'class:b', name: 'B' },
  ],
  coco: {
    ap: null,
    ap50: null,
    ap75: null,
    apSmall: null,
    apMedium: null,
    apLarge: null,
    ar1: null,
    ar10: null,
    ar100: null,
    apPerClass: [null, null],
  },
  confusion: [
    [950, 10, 0],
    [10, 30, 0],
    [0, 0, 0],
  ],
  iouPerClass: [0.9794, 0.6, 0],
  miou: 0.5265,
  anomalyMiou: 0.3,
  anomalyF1: 0.375,
  binary: { iou: 0.6, f1: 0.75, recall: 0.75, precision: 0.75 },
  iouMacroPositive: 0.6,
  imageApStep: null,
  imageAuroc: null,
  falseAlarmRate: null,
  worst: [],
  notes: [],
} satisfies EvaluationReport

const valueOf = (id: string, of: EvaluationReport) =>
  METRIC_GROUPS.flatMap((group) => group.rows)
    .find((row) => row.id === id)!
    .value(of)

test('a class that occurs nowhere has no IoU, and the mean of the present ones leaves it out', () => {
  expect(classIous(report)).toEqual([0.6, null])
  expect(valueOf('presentMiou', report)).toBe(0.6)
  expect(valueOf('anomalyMiou', report)).toBe(0.3)
})

test('without a compared pixel the means over classes are undefined, not zero', () => {
  const empty = {
    ...report,
    confusion: [[0, 0, 0]],
    iouPerClass: [0, 0, 0],
    miou: 0,
    anomalyMiou: 0,
    anomalyF1: 0,
  }
  for (const id of ['miou', 'anomalyMiou', 'presentMiou', 'anomalyF1']) expect(valueOf(id, empty)).toBeNull()
})

test('a prediction without a single defect pixel has no precision; its recall is a true zero', () => {
  const silent = {
    ...report,
    confusion: [
      [960, 0, 0],
      [40, 0, 0],
      [0, 0, 0],
    ],
    binary: { iou: 0, f1: 0, recall: 0, precision: 0 },
  }
  expect(valueOf('precision', silent)).toBeNull()
  expect(valueOf('recall', silent)).toBe(0)
})

test('truth without a defect has no recall', () => {
  const good = {
    ...report,
    confusion: [
      [990, 10, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    binary: { iou: 0, f1: 0, recall: 0, precision: 0 },
  }
  expect(valueOf('recall', good)).toBeNull()
  expect(valueOf('precision', good)).toBe(0)
})

import { expect, test } from 'vitest'
import { recallRows } from './recallRows'

const point = (recall: number | null, precision: number | null) => ({
  threshold: 0.5,
  recall,
  precision,
  f1: null,
  iou: null,
})
const curve = [
  { recall: 0.4, precision: 1 },
  { recall: 0.8, precision: 0.7 },
  { recall: 1, precision: 0.3 },
]

test('the marked points lie on the recall axis between those of the curve', () => {
  expect(recallRows(curve, point(0.9, 0.5), point(0.5, 0.9))).toEqual({
    recall: [0.4, 0.5, 0.8, 0.9, 1],
    curve: [1, null, 0.7, null, 0.3],
    inUse: [null, null, null, 0.5, null],
    chosen: [null, 0.9, null, null, null],
  })
})

test('a threshold that predicts nothing has no place on the curve', () => {
  expect(recallRows(curve, point(0.8, 0.7), point(0, null)).chosen).toEqual([null, null, null, null])
})

test('without a curve nothing is marked', () => {
  expect(recallRows([], point(null, 0), point(null, 0)).recall).toEqual([])
})

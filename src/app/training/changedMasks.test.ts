import { expect, test } from 'vitest'
import { idOf } from '../../domain/records'
import { rleFromBox } from '../../ml/raster/polygon'
import { changedMasks } from './changedMasks'

const image = { width: 100, height: 100 }
const scratch = idOf('class', 'scratch')
const pit = idOf('class', 'pit')
const mask = (x: number, y: number, width: number, height: number, classId = scratch) => ({
  classId,
  rle: rleFromBox({ x, y, width, height }, image),
})

test('masks of IoU .8 and more are the same', () => {
  // 8 of 10 columns: IoU .8.
  expect(changedMasks([mask(0, 0, 10, 10)], [mask(0, 0, 8, 10)])).toEqual({ same: 1, changes: [] })
})

test('below .8 the pixels of the difference count', () => {
  // 7 of 10 columns: IoU .7, 30 px.
  const { changes } = changedMasks([mask(0, 0, 10, 10)], [mask(0, 0, 7, 10)])
  expect(changes).toEqual([{ kind: 'shape', a: 0, b: 0, iou: 0.7, changedPx: 30 }])
})

test('what one run sees alone counts with its whole area', () => {
  const { same, changes } = changedMasks([mask(0, 0, 10, 10), mask(50, 50, 5, 4)], [mask(80, 0, 3, 3)])
  expect(same).toBe(0)
  expect(changes).toEqual([
    { kind: 'onlyA', a: 0, b: null, iou: 0, changedPx: 100 },
    { kind: 'onlyA', a: 1, b: null, iou: 0, changedPx: 20 },
    { kind: 'onlyB', a: null, b: 0, iou: 0, changedPx: 9 },
  ])
})

test('one mask that falls into two: the better part is its partner, the other is new', () => {
  const { changes } = changedMasks([mask(0, 0, 20, 10)], [mask(0, 0, 6, 10), mask(8, 0, 12, 10)])
  expect(changes).toEqual([
    // 120 of 200.
    { kind: 'shape', a: 0, b: 1, iou: 0.6, changedPx: 80 },
    { kind: 'onlyB', a: null, b: 0, iou: 0, changedPx: 60 },
  ])
})

test('another class on the same pixels is a change of all of them', () => {
  const { changes } = changedMasks([mask(0, 0, 10, 10)], [mask(0, 0, 10, 9, pit)])
  expect(changes).toEqual([{ kind: 'class', a: 0, b: 0, iou: 0.9, changedPx: 90 }])
})

test('nothing against nothing is no change', () => {
  expect(changedMasks([], [])).toEqual({ same: 0, changes: [] })
})

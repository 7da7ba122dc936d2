import { expect, test } from 'vitest'
import { pieceRule } from './pieceRule.mjs'

const images = [
  { image: 0, truePx: 100 },
  { image: 1, truePx: 0 },
  { image: 2, truePx: 0 },
]
const pieces = [
  { image: 0, areaPx: 90, truePx: 80, peak: 0.99 },
  { image: 1, areaPx: 30, truePx: 0, peak: 0.7 },
  { image: 2, areaPx: 3, truePx: 0, peak: 0.99 },
]

test('without a rule every piece of 4 px and more counts', () => {
  expect(pieceRule(pieces, images, () => true)).toEqual({ iou: 80 / 140, falseAlarms: 0.5, hits: 1 })
})

test('a piece that is not sure is gone as a whole, the others keep their extent', () => {
  expect(pieceRule(pieces, images, ({ peak }) => peak >= 0.9)).toEqual({
    iou: 80 / 110,
    falseAlarms: 0,
    hits: 1,
  })
})

test('without good images there is no rate of false alarms', () => {
  expect(pieceRule(pieces, images.slice(0, 1), () => false)).toEqual({ iou: 0, falseAlarms: null, hits: 0 })
})

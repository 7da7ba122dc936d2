import { expect, test } from 'vitest'
import { emptyMask, type BinaryMask } from '../../core/raster'
import { mixedMask } from './mixedMask'

/** [left, top, width, height] of each block. */
function blocks(side: number, ...places: readonly (readonly [number, number, number, number])[]): BinaryMask {
  const mask = emptyMask({ width: side, height: side })
  for (const [left, top, width, height] of places)
    for (let y = top; y < top + height; y++) mask.data.fill(1, y * side + left, y * side + left + width)
  return mask
}

const area = ({ data }: BinaryMask): number => data.reduce((sum, bit) => sum + bit, 0)

test('a wide answer of the segmenter joins what stands out, a narrow one does not', () => {
  const line = blocks(200, [10, 10, 100, 4])
  const prompted = blocks(200, [10, 8, 100, 9], [120, 120, 30, 30])
  const mask = mixedMask(line, prompted, 20)
  expect(area(mask)).toBe(100 * 4 + 30 * 30)
  expect(mask.data[135 * 200 + 135]).toBe(1)
  expect(area(mixedMask(line, prompted, 40))).toBe(area(line))
})

test('the rim of what is wide is part of it', () => {
  const stain = blocks(200, [50, 50, 60, 60])
  const rim = blocks(200, [48, 48, 64, 4], [48, 108, 64, 4])
  expect(area(mixedMask(rim, stain, 20))).toBe(60 * 60 + 2 * (2 * 64 + 2 * 4))
})

test('where nothing stands out, the segmenter has the word', () => {
  const prompted = blocks(200, [10, 8, 100, 9])
  expect(mixedMask(emptyMask(prompted), prompted, 20)).toBe(prompted)
})

test('width counts at the size that standing out is looked at: twice the pixels in a picture twice as large', () => {
  const line = blocks(1280, [0, 0, 50, 4])
  const stain = blocks(1280, [300, 300, 30, 30])
  expect(area(mixedMask(line, stain, 20))).toBe(area(line))
  expect(area(mixedMask(line, stain, 14))).toBe(area(line) + 900)
})

import { expect, test } from 'vitest'
import { paintMask } from './maskBitmap'

const all = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(1),
})

test('a solid mask is opaque in its colour inside and nothing outside', () => {
  const rgba = paintMask(
    { width: 2, height: 1, data: Uint8Array.of(1, 0) },
    { color: '#3fb6ff', fill: 'solid' },
  )
  expect([...rgba]).toEqual([0x3f, 0xb6, 0xff, 255, 0, 0, 0, 0])
})

test('the two hatches run in opposite directions', () => {
  // Period 3, line 1: up lines where (x + y) % 3 = 0, down lines where (x - y) % 3 = 0.
  const alpha = (fill: 'hatchUp' | 'hatchDown') =>
    [...paintMask(all(3, 3), { color: '#ffffff', fill, hatchPx: 3 })].filter((_, i) => i % 4 === 3)
  expect(alpha('hatchUp')).toEqual([255, 96, 96, 96, 96, 255, 96, 255, 96])
  expect(alpha('hatchDown')).toEqual([255, 96, 96, 96, 255, 96, 96, 96, 255])
})

test('a colour that is not #rrggbb is refused by name', () => {
  expect(() => paintMask(all(1, 1), { color: 'red', fill: 'solid' })).toThrow('red')
})

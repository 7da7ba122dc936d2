import { expect, test } from 'vitest'
import { channelsFirst, channelsLast, rgbPlanes } from './planes'

test('a picture becomes one plane a colour, without its alpha', () => {
  const data = Uint8ClampedArray.of(255, 51, 0, 9, 0, 102, 255, 8)
  expect(Array.from(rgbPlanes({ width: 2, height: 1, data }), (v) => Math.round(v * 10) / 10)).toEqual([
    1, 0, 0.2, 0.4, 0, 1,
  ])
})

test('channels move to the end and back', () => {
  // Two channels of three pixels: a1 a2 a3, b1 b2 b3 -> a1 b1 a2 b2 a3 b3.
  const planes = Float32Array.of(1, 2, 3, 10, 20, 30)
  expect([...channelsLast(planes, 2)]).toEqual([1, 10, 2, 20, 3, 30])
  expect(channelsFirst(channelsLast(planes, 2), 2)).toEqual(planes)
})

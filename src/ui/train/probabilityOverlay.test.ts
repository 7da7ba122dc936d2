import { expect, test } from 'vitest'
import { probabilityOverlay } from './probabilityOverlay'

test('sound surface stays clear, certainty is yellow and strongest', () => {
  const { data } = probabilityOverlay(Uint8Array.of(0, 20, 255), 3, 1)
  expect(Array.from(data.subarray(0, 8))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]) // 20 / 255 = 0.08, under the floor
  // 255 * 0.62 * 1 = 158.1
  expect(Array.from(data.subarray(8))).toEqual([255, 221, 66, 158])
})

test('half certain is the middle colour', () => {
  // 128 / 255 = 0.502, between the middle stop (235, 94, 64) and the last: 0.4 % of the way.
  const { data } = probabilityOverlay(Uint8Array.of(128), 1, 1)
  expect(data[0]).toBe(235)
  expect(data[1]).toBe(94)
  expect(data[2]).toBe(64)
})

import { expect, test } from 'vitest'
import { normaliseCam } from './normaliseCam'
import { stretchCam } from './stretchCam'

const map = (...values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) })

test('negative activations become 0 and the peak ends just below 1', () => {
  // 1 / 1.50001 = .666662, 1.5 / 1.50001 = .999993 (methods T1).
  const { data } = normaliseCam(map(1, -0.5, -0.5, 1.5))
  expect(data[0]).toBeCloseTo(0.666662, 6)
  expect([data[1], data[2]]).toEqual([0, 0])
  expect(data[3]).toBeCloseTo(0.999993, 6)
})

test('a map without a positive value becomes zeros', () => {
  expect([...normaliseCam(map(-1, 0)).data]).toEqual([0, 0])
})

test('stretching takes the least value to 0 and the greatest to 1, and a constant map to zeros', () => {
  expect([...stretchCam(map(-1, 0, 3)).data]).toEqual([0, 0.25, 1])
  expect([...stretchCam(map(2, 2)).data]).toEqual([0, 0])
})

import { expect, test } from 'vitest'
import { mergeCams, sumCams } from './mergeCams'

const map = (...values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) })

test('a turned look is turned back before it is added; negative values do not count', () => {
  const sum = sumCams(
    [
      { map: map(4, 0, -8), isTurned: false },
      { map: map(1, 0, 2), isTurned: true },
    ],
    { width: 3, height: 1 },
  )
  expect([...sum.data]).toEqual([6, 0, 1])
})

test('looks of other sizes are resized bilinearly to the one grid', () => {
  // 2 -> 4: centres at .25, .75, 1.25, 1.75 of the input, so weights 1, .75/.25, .25/.75, 1.
  const sum = sumCams([{ map: map(0, 4), isTurned: false }], { width: 4, height: 1 })
  expect([...sum.data]).toEqual([0, 1, 3, 4])
})

test('the merged map is the sum divided by its maximum + 1e-5', () => {
  const merged = mergeCams([{ map: map(2, 1), isTurned: false }], { width: 2, height: 1 })
  expect(merged.data[0]).toBeCloseTo(2 / 2.00001, 6)
  expect(merged.data[1]).toBeCloseTo(1 / 2.00001, 6)
})

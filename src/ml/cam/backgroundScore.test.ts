import { expect, test } from 'vitest'
import { backgroundScore } from './backgroundScore'
import { seedLabels } from './seedLabels'

const map = (...values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) })

test('a larger power means less background: methods T5', () => {
  const c = map(0.9, 0.5, 0.2, 0)
  const four = backgroundScore([c], 4)
  for (const [p, value] of [0.0001, 0.0625, 0.4096, 1].entries()) expect(four.data[p]).toBeCloseTo(value, 6)
  const foreground = (power: number) => {
    const background = backgroundScore([c], power)
    return [...c.data].map((value, p) => (value > background.data[p]! ? 1 : 0))
  }
  expect(foreground(4)).toEqual([1, 1, 0, 0])
  expect(foreground(10)).toEqual([1, 1, 1, 0])
  expect(foreground(24)).toEqual([1, 1, 1, 0])
})

test('several classes: the strongest decides', () => {
  expect(backgroundScore([map(0.5, 0), map(0.25, 1)], 1).data).toEqual(Float32Array.of(0.5, 0))
})

test('seeds are the strongest class above one threshold, background up to the other, and nothing between', () => {
  const labels = seedLabels([map(0.31, 0.3, 0.05, 0.5), map(0, 0.1, 0.06, 0.6)], {
    foreground: 0.3,
    background: 0.05,
  })
  // .3 stored as a float is .30000001 and exceeds .3.
  expect([...labels.data]).toEqual([1, 1, 255, 2])
  expect([...seedLabels([map(0.05, 0, 0.2)], { foreground: 0.3, background: 0.06 }).data]).toEqual([
    0, 0, 255,
  ])
})

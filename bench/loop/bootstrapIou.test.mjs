import { expect, test } from 'vitest'
import { bootstrapIou } from './bootstrapIou.mjs'

test('images of one group are one observation: no spread', () => {
  const images = Array.from({ length: 50 }, (_, i) => ({ group: 'a', tp: i, fp: 50 - i, fn: 0 }))
  const { low, high, groups } = bootstrapIou(images)
  // Sum of 0..49 is 1225 of 2500.
  expect([low, high, groups]).toEqual([0.49, 0.49, 1])
})

test('independent images spread as the standard error says', () => {
  // Half of 100 equally large images found, half not: mean .5, standard error .05, interval about .40 to .60.
  const images = Array.from({ length: 100 }, (_, i) => ({ group: `${i}`, tp: i % 2, fp: 0, fn: 1 - (i % 2) }))
  const { low, high } = bootstrapIou(images)
  expect(low).toBeGreaterThan(0.37)
  expect(low).toBeLessThan(0.43)
  expect(high).toBeGreaterThan(0.57)
  expect(high).toBeLessThan(0.63)
})

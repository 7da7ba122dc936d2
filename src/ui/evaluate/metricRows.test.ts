import { expect, test } from 'vitest'
import { bestIndex, METRIC_GROUPS, metricText } from './metricRows'

test('an undefined number reads n/a, a true zero reads 0.000', () => {
  expect(metricText(null)).toBe('n/a')
  expect(metricText(Number.NaN)).toBe('n/a')
  expect(metricText(0)).toBe('0.000')
  expect(metricText(0.7264)).toBe('0.726')
})

test('the best of several is the highest, or the lowest where less is better', () => {
  expect(bestIndex([0.2, null, 0.6], false)).toBe(2)
  expect(bestIndex([0.2, 0.1, Number.NaN], true)).toBe(1)
})

test('one number alone is not called the best', () => {
  expect(bestIndex([0.2, null], false)).toBeNull()
  expect(bestIndex([], false)).toBeNull()
})

test('ids are unique: they are the keys of the table', () => {
  const ids = METRIC_GROUPS.flatMap((group) => group.rows.map((row) => row.id))
  expect(new Set(ids).size).toBe(ids.length)
})

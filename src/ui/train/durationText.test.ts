import { expect, test } from 'vitest'
import { durationText } from './durationText'

test('the unit follows the length', () => {
  expect([0.84, 48.4, 120, 192, 7500].map(durationText)).toEqual([
    '0.8 s',
    '48 s',
    '2 min',
    '3 min 12 s',
    '2 h 5 min',
  ])
})

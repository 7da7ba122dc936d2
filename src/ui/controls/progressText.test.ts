import { expect, test } from 'vitest'
import { progressText } from './progressText'

test('counts stay counts, bytes become sizes, and nothing is said of an unknown whole', () => {
  expect(progressText({ done: 3, total: 12, note: '' })).toBe('3 / 12')
  expect(progressText({ done: 19_300_000, total: 40_896_123, note: '', unit: 'bytes' })).toBe('19 MB / 41 MB')
  expect(progressText({ done: 0, total: 0, note: 'reading' })).toBe('')
})

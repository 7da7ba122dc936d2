import { expect, test } from 'vitest'
import type { ReviewItem } from '../../domain/reviewQueue'
import { currentIndex, takenBack } from './queuePosition'

// Only the key matters here; the rest of an item is not read.
const items = (...keys: string[]): ReviewItem[] => keys.map((key) => ({ key }) as ReviewItem)

test('a remembered item is found again wherever it moved', () => {
  expect(currentIndex(items('a', 'b', 'c'), 'c', 0)).toBe(2)
})

test('after a decision the item that took its place is next; at the end the last one', () => {
  expect(currentIndex(items('a', 'c'), 'b', 1)).toBe(1)
  expect(currentIndex(items('a', 'b'), 'c', 2)).toBe(1)
  expect(currentIndex([], 'c', 2)).toBeNull()
})

test('an item that is back in the queue is the one whose decision was taken back, the latest first', () => {
  expect(takenBack(['a', 'b', 'c'], items('x', 'b', 'a'))).toBe('b')
  expect(takenBack(['a', 'b'], items('x'))).toBeNull()
})

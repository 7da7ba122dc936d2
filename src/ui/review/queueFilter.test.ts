import { expect, test } from 'vitest'
import type { ReviewItem, ReviewReason } from '../../domain/reviewQueue'
import { queueFor, reasonCounts } from './queueFilter'

const queue = (['fromTags', 'newMask', 'firesOnClean', 'newMask', 'fromTags', 'newMask'] as const).map(
  (reason: ReviewReason, i) => ({ key: `${i}`, reason }) as ReviewItem,
)

test('one reason keeps the order of the queue; none keeps the queue itself', () => {
  expect(queueFor(queue, 'newMask').map((item) => item.key)).toEqual(['1', '3', '5'])
  expect(queueFor(queue, 'imported')).toEqual([])
  expect(queueFor(queue, null)).toBe(queue)
})

test('reasons are counted, the most frequent first', () => {
  expect([...reasonCounts(queue)]).toEqual([
    ['newMask', 3],
    ['fromTags', 2],
    ['firesOnClean', 1],
  ])
  expect(reasonCounts([]).size).toBe(0)
})

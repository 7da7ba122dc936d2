import type { ReviewItem, ReviewReason } from '../../domain/reviewQueue'

/** The part of the queue that is there for one reason, in the queue's order; all of it where none is chosen. */
export function queueFor(queue: readonly ReviewItem[], reason: ReviewReason | null): readonly ReviewItem[] {
  return reason === null ? queue : queue.filter((item) => item.reason === reason)
}

/** How many items wait for each reason, the most frequent first; ties in the order of the queue. */
export function reasonCounts(queue: readonly ReviewItem[]): ReadonlyMap<ReviewReason, number> {
  const counts = new Map<ReviewReason, number>()
  for (const { reason } of queue) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return new Map([...counts].sort((a, b) => b[1] - a[1]))
}

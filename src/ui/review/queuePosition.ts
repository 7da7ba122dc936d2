import type { ReviewItem } from '../../domain/reviewQueue'

/**
 * The item to show: the one with the remembered key; when it is gone (decided, or its image removed), the one now at its
 * former place; at the end of the queue the last one. Null on an empty queue.
 */
export function currentIndex(
  queue: readonly ReviewItem[],
  key: string | null,
  formerIndex: number,
): number | null {
  if (queue.length === 0) return null
  const found = key === null ? -1 : queue.findIndex((item) => item.key === key)
  return found >= 0 ? found : Math.max(0, Math.min(formerIndex, queue.length - 1))
}

/** The latest of the decided keys that is in the queue again: its decision was taken back. */
export function takenBack(decided: readonly string[], queue: readonly ReviewItem[]): string | null {
  const waiting = new Set(queue.map((item) => item.key))
  return decided.findLast((key) => waiting.has(key)) ?? null
}

/**
 * Starts once, with the first caller's arguments, and keeps the result for all. A failure is that caller's, and the
 * next call tries again.
 */
export function onceItWorks<A extends readonly unknown[], T>(
  start: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  let kept: Promise<T> | null = null
  return (...args) => {
    if (kept === null) {
      const starting = start(...args)
      starting.catch(() => {
        kept = null
      })
      kept = starting
    }
    return kept
  }
}

import type { Random } from '../../core/random'

/** Indices 0..count - 1 shuffled, again and again: everything comes once before anything comes twice. */
export function endlessOrder(count: number, random: Random): { take(n: number): number[] } {
  let waiting: number[] = []
  return {
    take(n) {
      if (count === 0) return []
      const taken: number[] = []
      while (taken.length < n) {
        if (waiting.length === 0) waiting = random.shuffle(Array.from({ length: count }, (_, i) => i))
        taken.push(waiting.pop()!)
      }
      return taken
    },
  }
}

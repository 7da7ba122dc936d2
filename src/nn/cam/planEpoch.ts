import type { Random } from '../../core/random'

/**
 * The order of one epoch: every image of the more frequent kind once, the others as often as needed, in batches that are
 * half defective and half clean, so that the contrastive loss always has both. Indices are those of the two lists.
 */
export function planBalancedEpoch(
  defective: readonly number[],
  clean: readonly number[],
  batchSize: number,
  random: Random,
): number[][] {
  const half = Math.max(1, Math.floor(batchSize / 2))
  const steps = Math.ceil(Math.max(defective.length, clean.length) / half)
  const first = endless(defective, random)
  const second = endless(clean, random)
  return Array.from({ length: steps }, () => [
    ...Array.from({ length: half }, first),
    ...Array.from({ length: half }, second),
  ])
}

/** Shuffled rounds of a list, one after another. */
function endless(items: readonly number[], random: Random): () => number {
  let round: number[] = []
  return () => {
    if (round.length === 0) round = random.shuffle(items)
    return round.pop()!
  }
}

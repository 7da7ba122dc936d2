/** .1 % of the pixels (our reconstruction, methods/cam-pseudo-masks.md, §8): the maximum alone is too noisy. */
export const TOP_SHARE = 0.001

/**
 * Score of a picture: the mean of its k greatest foreground probabilities, k = max(1, floor(share * pixels)).
 * No pixels: 0.
 */
export function topShareScore(probabilities: Float32Array, share: number = TOP_SHARE): number {
  const count = probabilities.length
  if (count === 0) return 0
  const k = Math.max(1, Math.floor(share * count))
  const sorted = probabilities.slice().sort()
  let sum = 0
  for (let i = count - k; i < count; i++) sum += sorted[i]!
  return sum / k
}

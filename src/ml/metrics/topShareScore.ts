import { assert } from '../../core/assert'

/**
 * Score of an image from the probabilities of its pixels: the mean of the max(1, floor(share * n)) highest ones; with share
 * 0 the highest alone. Each in 0..1; no pixels: 0. Source: methods/cam-pseudo-masks.md §8, our reconstruction.
 */
export function topShareScore(probabilities: Float32Array, share: number): number {
  assert(share >= 0 && share <= 1, 'a share is 0..1')
  if (probabilities.length === 0) return 0
  const wanted = Math.max(1, Math.floor(share * probabilities.length))
  if (wanted === 1) {
    let highest = -Infinity
    for (const value of probabilities) if (value > highest) highest = value
    return highest
  }
  const sorted = Float32Array.from(probabilities).sort()
  let sum = 0
  for (let i = sorted.length - wanted; i < sorted.length; i++) sum += sorted[i]!
  return sum / wanted
}

import type { ScoreMap } from '../../core/raster'
import { IGNORE } from '../../core/raster'
import { backgroundScore } from './backgroundScore'
import { seedLabels, type SeedThresholds } from './seedLabels'

/** How much a seed is believed (known component: irn's gt_prob for hard seeds; methods/cam-pseudo-masks.md, D2). */
const SEED_PROBABILITY = 0.7

/**
 * (K + 1, height, width) probabilities (bg, C_1, .., C_K) divided by their sum, bg = (1 - max C)^power: what the CRF
 * starts from. Known component (methods/cam-pseudo-masks.md, D2).
 *
 * @param maps one C a class, 0..1, of one size; at least one
 */
export function powerProbabilities(maps: readonly ScoreMap[], power: number): Float32Array<ArrayBuffer> {
  const layers = [backgroundScore(maps, power), ...maps]
  const plane = layers[0]!.data.length
  const probabilities = new Float32Array(layers.length * plane)
  for (let p = 0; p < plane; p++) {
    let sum = 0
    // Never 0: where every C is below 1 the background is above 0, and a C of 1 counts itself.
    for (const layer of layers) sum += layer.data[p]!
    for (const [label, layer] of layers.entries()) probabilities[label * plane + p] = layer.data[p]! / sum
  }
  return probabilities
}

/**
 * (K + 1, height, width) probabilities of hard seeds: .7 for the seed's label, the rest shared by the others; equal
 * shares where there is no seed. Known component: unary of labels in pydensecrf (methods/cam-pseudo-masks.md, D2).
 */
export function seedProbabilities(
  maps: readonly ScoreMap[],
  thresholds: SeedThresholds,
): Float32Array<ArrayBuffer> {
  const { data } = seedLabels(maps, thresholds)
  const labels = maps.length + 1
  const probabilities = new Float32Array(labels * data.length)
  for (let p = 0; p < data.length; p++) {
    for (let label = 0; label < labels; label++) {
      probabilities[label * data.length + p] =
        data[p] === IGNORE
          ? 1 / labels
          : data[p] === label
            ? SEED_PROBABILITY
            : (1 - SEED_PROBABILITY) / (labels - 1)
    }
  }
  return probabilities
}

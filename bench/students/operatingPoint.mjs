import { bestThreshold, scoresAt } from '../loop/binaryScores.mjs'
import { seededRandom } from '../loop/seededRandom.mjs'

/**
 * @typedef {{ histogramPositive: ArrayLike<number>, histogramNegative: ArrayLike<number> }} Histograms over 1024 bins of a score
 */

/** The sum over images. @param {readonly Histograms[]} images @returns {{ histogramPositive: number[], histogramNegative: number[] }} */
export function pooled(images) {
  const bins = images[0].histogramPositive.length
  const sum = {
    histogramPositive: Array.from({ length: bins }, () => 0),
    histogramNegative: Array.from({ length: bins }, () => 0),
  }
  for (const image of images) {
    for (let bin = 0; bin < bins; bin++) {
      sum.histogramPositive[bin] += image.histogramPositive[bin]
      sum.histogramNegative[bin] += image.histogramNegative[bin]
    }
  }
  return sum
}

/**
 * Highest recall of any threshold whose precision is at least `precision`; 0 when none reaches it. Two students are compared
 * by it without their operating points.
 *
 * @param {Histograms} h
 * @param {number} precision
 */
export function recallAtPrecision(h, precision) {
  const bins = h.histogramPositive.length
  let positives = 0
  for (let bin = 0; bin < bins; bin++) positives += h.histogramPositive[bin]
  let tp = 0
  let fp = 0
  let best = 0
  for (let bin = bins - 1; bin >= 0; bin--) {
    tp += h.histogramPositive[bin]
    fp += h.histogramNegative[bin]
    if (tp > 0 && tp / (tp + fp) >= precision) best = Math.max(best, tp / positives)
  }
  return best
}

/**
 * What a threshold from a few reviewed images is worth: whole groups are drawn from val until `count` images are there, the
 * threshold of highest IoU on them is asked on test.
 *
 * @param {readonly (Histograms & { group: string })[]} val
 * @param {Histograms} test pooled
 * @param {number} count
 * @param {number} draws
 * @param {number} seed
 * @param {(drawn: Histograms) => number} choose threshold from the drawn images
 * @returns {{ images: number, mean: number, low: number, high: number, better: number }} IoU on test over the draws: mean, 10 % and
 *   90 % quantiles; the share of the draws that beat .5; mean number of images drawn
 */
export function fewImages(val, test, count, draws, seed, choose = bestThreshold) {
  const groups = new Map()
  for (const image of val) groups.set(image.group, [...(groups.get(image.group) ?? []), image])
  const names = [...groups.keys()]
  const random = seededRandom(seed)
  const half = scoresAt(test, 0.5).iou
  const ious = []
  let images = 0
  for (let draw = 0; draw < draws; draw++) {
    const order = names.map((name) => ({ name, at: random() })).toSorted((a, b) => a.at - b.at)
    const drawn = []
    for (const { name } of order) if (drawn.length < count) drawn.push(...groups.get(name))
    images += drawn.length
    const sum = pooled(drawn)
    ious.push(scoresAt(test, sum.histogramPositive.some((n) => n > 0) ? choose(sum) : 0.5).iou)
  }
  ious.sort((a, b) => a - b)
  return {
    images: images / draws,
    mean: ious.reduce((a, b) => a + b, 0) / draws,
    low: ious[Math.floor(0.1 * draws)],
    high: ious[Math.ceil(0.9 * draws) - 1],
    better: ious.filter((iou) => iou > half).length / draws,
  }
}

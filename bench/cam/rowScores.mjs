import { iouOf } from '../loop/binaryScores.mjs'
import { bootstrapIou } from '../loop/bootstrapIou.mjs'

/** From this score of the classifier on, an image counts as defective; below it its mask is empty. */
export const GATE = 0.5

/**
 * What a stage saw in one picture: counts of a mask, or of a map by its value (bin i of n holds i / n to (i + 1) / n).
 *
 * @typedef {{ tp: number, fp: number, fn: number } | { positives: readonly number[], negatives: readonly number[] }} Seen
 * @typedef {{ fileName: string, split: string, score: number, seen: Seen }} Judged
 */

/**
 * A row of the table from one seed's pictures. The threshold of a map is chosen on val (highest micro IoU), never on test.
 *
 * @param {readonly Judged[]} images of val and test
 * @param {{ isGated: boolean, groupOf: (fileName: string) => string }} options `isGated`: below GATE nothing is predicted
 */
export function rowScores(images, { isGated, groupOf }) {
  const val = images.filter(({ split }) => split === 'val')
  const test = images.filter(({ split }) => split === 'test')
  const bins = images[0].seen.positives?.length ?? null
  const bin = bins === null ? null : bestBin(val, bins, isGated)
  const count = (image) => countsAt(image, bin, isGated)
  const perImage = test.map((image) => ({ fileName: image.fileName, ...count(image) }))
  return {
    threshold: bin === null ? null : bin / bins,
    valMicro: microIou(val.map(count)),
    micro: microIou(perImage),
    macro: macroIou(perImage),
    interval: bootstrapIou(perImage.map((image) => ({ ...image, group: groupOf(image.fileName) }))),
    perImage,
  }
}

/** The first bin of the threshold with the highest micro IoU; of equal ones the lowest. Never 0, which would be everything. */
function bestBin(images, bins, isGated) {
  let best = { bin: 1, iou: -1 }
  for (let bin = 1; bin < bins; bin++) {
    const iou = microIou(images.map((image) => countsAt(image, bin, isGated)))
    if (iou > best.iou) best = { bin, iou }
  }
  return best.bin
}

/** @param {Judged} image @param {number | null} bin first bin of the prediction @param {boolean} isGated */
export function countsAt({ score, seen }, bin, isGated) {
  const { tp, fp, fn } =
    bin === null
      ? seen
      : {
          tp: total(seen.positives.slice(bin)),
          fp: total(seen.negatives.slice(bin)),
          fn: total(seen.positives.slice(0, bin)),
        }
  return isGated && score < GATE ? { tp: 0, fp: 0, fn: tp + fn } : { tp, fp, fn }
}

/** Sum of intersections over sum of unions. */
function microIou(counts) {
  return iouOf({
    tp: total(counts.map(({ tp }) => tp)),
    fp: total(counts.map(({ fp }) => fp)),
    fn: total(counts.map(({ fn }) => fn)),
  })
}

/** Mean over the images with a defect in the truth; null without one. */
function macroIou(counts) {
  const defective = counts.filter(({ tp, fn }) => tp + fn > 0)
  return defective.length === 0 ? null : total(defective.map(iouOf)) / defective.length
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0)
}

import { iouOf } from '../loop/binaryScores.mjs'

const SHOWN = 6

/**
 * The images to show: the best and the worst by IoU of their masks among those with a defect, best (worst) first. None is
 * in both lists.
 *
 * @template {{ tp: number, fp: number, fn: number }} T
 * @param {readonly T[]} images
 * @returns {{ successes: (T & { iou: number })[], failures: (T & { iou: number })[] }}
 */
export function pickPictures(images) {
  const defective = images
    .filter(({ tp, fn }) => tp + fn > 0)
    .map((image) => ({ ...image, iou: iouOf(image) }))
    .sort((a, b) => b.iou - a.iou)
  const count = Math.min(SHOWN, Math.floor(defective.length / 2))
  return {
    successes: defective.slice(0, count),
    failures: defective.slice(defective.length - count).reverse(),
  }
}

import { anomalyMiou, bestThreshold, classIous, iouOf, pixelAp, scoresAt } from './binaryScores.mjs'
import { bootstrapIou } from './bootstrapIou.mjs'

/** An image counts as an alarm from so many predicted pixels on. */
const ALARM_PIXELS = 20
/** A defect image counts as hit from this IoU on. */
const HIT_IOU = 0.1

/**
 * Summaries of the `score` command on val and test -> the numbers of a table row, all at original image size on test.
 * The tuned threshold is chosen on val, never on test.
 *
 * @param {{ images: readonly any[] }} dataset
 */
export function studentScores(dataset, val, test) {
  const groupOf = new Map(
    dataset.images.map((image) => [image.file_name, image.tile_group ?? image.file_name]),
  )
  const confusion = test.confusion
  const tuned = bestThreshold(val.binary)
  const defective = test.perImage.filter((image) => image.truthPixels > 0)
  const good = test.perImage.filter((image) => image.truthPixels === 0)
  return {
    argmaxIou: argmaxIou(confusion),
    tunedThreshold: tuned,
    tunedIou: scoresAt(test.binary, tuned).iou,
    halfIou: scoresAt(test.binary, 0.5).iou,
    pixelAp: pixelAp(test.binary),
    anomalyMiou: anomalyMiou(confusion),
    classIous: classIous(confusion).slice(1),
    modelThreshold: test.threshold,
    interval: bootstrapIou(test.perImage.map((image) => ({ ...image, group: groupOf.get(image.fileName) }))),
    falseAlarms:
      good.length === 0
        ? null
        : good.filter((image) => image.predictedPixels >= ALARM_PIXELS).length / good.length,
    hits: defective.filter((image) => iouOf(image) > HIT_IOU).length,
    defective: defective.length,
    good: good.length,
  }
}

/** Binary IoU of the class head: any defect class against background. */
function argmaxIou(confusion) {
  let tp = 0
  let fp = 0
  let fn = 0
  for (const [target, row] of confusion.entries()) {
    for (const [prediction, count] of row.entries()) {
      if (target > 0 && prediction > 0) tp += count
      else if (prediction > 0) fp += count
      else if (target > 0) fn += count
    }
  }
  return iouOf({ tp, fp, fn })
}

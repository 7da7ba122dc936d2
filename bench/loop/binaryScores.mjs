/**
 * Numbers of a binary head from two histograms of its probability, at original image size: one over the truly
 * defective pixels, one over the others. Bin i of n holds probabilities from i / n to (i + 1) / n.
 * Definitions: metrics specification, sections 4 and 5.
 *
 * @typedef {{ histogramPositive: readonly number[], histogramNegative: readonly number[] }} Histograms
 */

/** Step-sum average precision: sum of (R_n - R_{n-1}) P_n down the bins; null without a defective pixel. @param {Histograms} h */
export function pixelAp(h) {
  const positives = total(h.histogramPositive)
  if (positives === 0) return null
  let truePositives = 0
  let falsePositives = 0
  let ap = 0
  for (let bin = h.histogramPositive.length - 1; bin >= 0; bin--) {
    const found = h.histogramPositive[bin]
    truePositives += found
    falsePositives += h.histogramNegative[bin]
    if (found > 0) ap += (found / positives) * (truePositives / (truePositives + falsePositives))
  }
  return ap
}

/** IoU, recall and precision of `probability >= threshold`; the threshold is rounded down to a bin's edge. @param {Histograms} h @param {number} threshold */
export function scoresAt(h, threshold) {
  const from = Math.floor(threshold * h.histogramPositive.length)
  const tp = total(h.histogramPositive.slice(from))
  const fp = total(h.histogramNegative.slice(from))
  const fn = total(h.histogramPositive) - tp
  return { iou: ratio(tp, tp + fp + fn), recall: ratio(tp, tp + fn), precision: ratio(tp, tp + fp) }
}

/** The threshold of highest IoU; of equal ones the lowest. @param {Histograms} h */
export function bestThreshold(h) {
  const bins = h.histogramPositive.length
  const positives = total(h.histogramPositive)
  let tp = 0
  let fp = 0
  let best = { threshold: 0.5, iou: -1 }
  for (let bin = bins - 1; bin >= 0; bin--) {
    tp += h.histogramPositive[bin]
    fp += h.histogramNegative[bin]
    const iou = ratio(tp, positives + fp)
    if (iou >= best.iou) best = { threshold: bin / bins, iou }
  }
  return best.threshold
}

/** IoU of the classes of a confusion matrix [target][prediction]; 0 where nothing of the class is anywhere. @param {readonly (readonly number[])[]} confusion */
export function classIous(confusion) {
  return confusion.map((row, c) => {
    const predicted = confusion.reduce((sum, other) => sum + other[c], 0)
    return ratio(row[c], total(row) + predicted - row[c])
  })
}

/** Mean IoU over the defect classes, background left out. @param {readonly (readonly number[])[]} confusion */
export function anomalyMiou(confusion) {
  const ious = classIous(confusion).slice(1)
  return total(ious) / ious.length
}

/** Intersection over union of a binary count; 0 when all are 0. */
export function iouOf({ tp, fp, fn }) {
  return ratio(tp, tp + fp + fn)
}

function ratio(part, whole) {
  return whole === 0 ? 0 : part / whole
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0)
}

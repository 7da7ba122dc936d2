import type { ScoreHistogram } from './ranking'

/** How a threshold does on pooled pixels: predicted is what scores at least `threshold`. Definitions: metrics.md §4. */
export interface OperatingPoint {
  readonly threshold: number
  /** tp / (tp + fp); null when nothing is predicted. */
  readonly precision: number | null
  /** tp / (tp + fn); null when there is no true pixel. */
  readonly recall: number | null
  /** 2 tp / (2 tp + fp + fn); null when neither side has a pixel. */
  readonly f1: number | null
  /** tp / (tp + fp + fn); null when neither side has a pixel. */
  readonly iou: number | null
}

/** Float products such as 0.29 * 1024 must not slip above the whole number they stand for. */
const EDGE_EPSILON = 1e-9

/** Scores within 1 / bins above a threshold between two bin edges count as below it. */
export function operatingPoint(histogram: ScoreHistogram, threshold: number): OperatingPoint {
  const bins = histogram.positives.length
  const firstBin = Math.max(0, Math.ceil(threshold * bins - EDGE_EPSILON))
  let truePositives = 0
  let falsePositives = 0
  let falseNegatives = 0
  for (let bin = 0; bin < bins; bin++) {
    if (bin < firstBin) falseNegatives += histogram.positives[bin]!
    else {
      truePositives += histogram.positives[bin]!
      falsePositives += histogram.negatives[bin]!
    }
  }
  const predicted = truePositives + falsePositives
  const positives = truePositives + falseNegatives
  const union = predicted + falseNegatives
  return {
    threshold,
    precision: predicted === 0 ? null : truePositives / predicted,
    recall: positives === 0 ? null : truePositives / positives,
    f1: union === 0 ? null : (2 * truePositives) / (truePositives + union),
    iou: union === 0 ? null : truePositives / union,
  }
}

/**
 * The point of highest IoU (for pooled pixels also that of highest F1: IoU = F1 / (2 - F1)). Of equals the one nearest
 * to 0.5, then the lower: a flat stretch is no reason to move. Null when no point has a true pixel.
 */
export function bestIou(points: readonly OperatingPoint[]): OperatingPoint | null {
  let best: OperatingPoint | null = null
  for (const point of points) {
    if (point.iou === null || point.recall === null) continue
    const gain = best === null ? 1 : point.iou - best.iou!
    if (gain > 0 || (gain === 0 && distance(point) < distance(best!))) best = point
  }
  return best
}

function distance({ threshold }: OperatingPoint): number {
  return Math.abs(threshold - 0.5)
}

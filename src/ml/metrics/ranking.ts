import { assert } from '../../core/assert'

/** How well a score sorts positives before negatives (metrics.md §5). Null: not defined without both kinds. */
export interface RankingMetrics {
  readonly positives: number
  readonly negatives: number
  /** Sum of (R_n - R_{n-1}) P_n: the headline. */
  readonly apStep: number | null
  /** Area under the curve of straight lines, with the end point (recall 0, precision 1). */
  readonly apTrapezoid: number | null
  /** P(positive > negative) + P(equal) / 2. */
  readonly auroc: number | null
  /** Highest 2PR / (P + R + 1e-8) and its score: predict positive from there on. The higher score wins a tie. */
  readonly bestF1: { readonly f1: number; readonly threshold: number } | null
}

/** As in the reference code of the Kolektor metrics. */
const F1_EPSILON = 1e-8

/** One group of equal scores. */
interface Level {
  readonly score: number
  positives: number
  negatives: number
}

/** `labels`: 1 positive, 0 negative; one finite score each. Equal scores form one point. */
export function rankingMetrics(labels: ArrayLike<number>, scores: ArrayLike<number>): RankingMetrics {
  assert(labels.length === scores.length, 'one score for each label')
  const byScore = new Map<number, Level>()
  for (let i = 0; i < labels.length; i++) {
    const score = scores[i]!
    assert(Number.isFinite(score), 'a score is finite')
    const level = byScore.get(score) ?? { score, positives: 0, negatives: 0 }
    if (labels[i] === 1) level.positives++
    else level.negatives++
    byScore.set(score, level)
  }
  return metricsOfLevels([...byScore.values()].sort((a, b) => b.score - a.score))
}

/** Counts of positives and negatives in equal bins of a score in 0..1: pixels of a whole split in 16 kB. */
export interface ScoreHistogram {
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

/** Error of a threshold below 1 / 1024 in score. */
const BINS = 1024

export function createScoreHistogram(): ScoreHistogram {
  return { positives: new Float64Array(BINS), negatives: new Float64Array(BINS) }
}

/** Adds pixels: `labels` 0 negative, 255 ignored, anything else positive; scores 0..1. */
export function addScores(histogram: ScoreHistogram, labels: Uint8Array, scores: Float32Array): void {
  assert(labels.length === scores.length, 'one score for each label')
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 255) continue
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(scores[i]! * BINS)))
    if (labels[i] === 0) histogram.negatives[bin]! += 1
    else histogram.positives[bin]! += 1
  }
}

/** The same metrics on binned pixels; a bin's score is its lower edge. */
export function histogramMetrics({ positives, negatives }: ScoreHistogram): RankingMetrics {
  const levels: Level[] = []
  for (let bin = BINS - 1; bin >= 0; bin--) {
    if (positives[bin]! + negatives[bin]! === 0) continue
    levels.push({ score: bin / BINS, positives: positives[bin]!, negatives: negatives[bin]! })
  }
  return metricsOfLevels(levels)
}

/** `levels` by descending score. */
function metricsOfLevels(levels: readonly Level[]): RankingMetrics {
  const positives = levels.reduce((sum, level) => sum + level.positives, 0)
  const negatives = levels.reduce((sum, level) => sum + level.negatives, 0)
  if (positives === 0) {
    return { positives, negatives, apStep: null, apTrapezoid: null, auroc: null, bestF1: null }
  }
  let truePositives = 0
  let falsePositives = 0
  let recall = 0
  let precision = 1
  let apStep = 0
  let apTrapezoid = 0
  let wonPairs = 0
  let bestF1 = { f1: -1, threshold: 0 }
  for (const level of levels) {
    // Each positive of this level beats the negatives still below it and halves with those beside it.
    wonPairs += level.positives * (negatives - falsePositives - level.negatives / 2)
    truePositives += level.positives
    falsePositives += level.negatives
    const nextRecall = truePositives / positives
    const nextPrecision = truePositives / (truePositives + falsePositives)
    apStep += (nextRecall - recall) * nextPrecision
    apTrapezoid += ((nextRecall - recall) * (nextPrecision + precision)) / 2
    recall = nextRecall
    precision = nextPrecision
    const f1 = (2 * precision * recall) / (precision + recall + F1_EPSILON)
    if (f1 > bestF1.f1) bestF1 = { f1, threshold: level.score }
  }
  return {
    positives,
    negatives,
    apStep,
    apTrapezoid,
    auroc: negatives === 0 ? null : wonPairs / (positives * negatives),
    bestF1,
  }
}

import { assert } from '../../core/assert'
import type { LabelMap } from '../../core/raster'

/** Keeps 0 / 0 at 0, as the source does (metrics.md §4). */
const EPSILON = 1e-12

/** Pixel counts: `counts[target * classCount + prediction]`; class 0 is background. */
export interface Confusion {
  readonly classCount: number
  readonly counts: Float64Array
}

/** `classCount` includes background: C = K + 1. */
export function createConfusion(classCount: number): Confusion {
  return { classCount, counts: new Float64Array(classCount * classCount) }
}

/** Adds every pixel of one image. Targets outside 0..C-1 are skipped, so ignore (255) counts for nothing. */
export function addToConfusion(confusion: Confusion, target: LabelMap, prediction: LabelMap): void {
  assert(
    target.width === prediction.width && target.height === prediction.height,
    'target and prediction have one size',
  )
  const { classCount, counts } = confusion
  for (let p = 0; p < target.data.length; p++) {
    const wanted = target.data[p]!
    if (wanted >= classCount) continue
    assert(prediction.data[p]! < classCount, 'a prediction is a class')
    counts[wanted * classCount + prediction.data[p]!]! += 1
  }
}

export interface ClassScores {
  readonly iou: number
  readonly recall: number
  readonly precision: number
  readonly f1: number
  /** False: neither in the targets nor in the predictions; the scores are then 0 by the source's convention. */
  readonly isPresent: boolean
}

export interface BinaryScores {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly iou: number
  readonly f1: number
  readonly recall: number
  readonly precision: number
  /** False when there is no defect pixel on either side: show "n/a", not 0. */
  readonly isDefined: boolean
}

export interface SemanticMetrics {
  readonly perClass: readonly ClassScores[]
  /** Mean over all C classes; an absent class counts as 0. */
  readonly miou: number
  readonly meanF1: number
  /** The same over the defect classes 1..K. */
  readonly anomalyMiou: number
  readonly anomalyF1: number
  /** Means over the classes that occur; null when none does. */
  readonly presentMiou: number | null
  readonly presentAnomalyMiou: number | null
  /** Any defect against background: taking one defect class for another is right here. */
  readonly binary: BinaryScores
}

/** All semantic numbers of one confusion matrix, exactly as the source computes them (metrics.md §4). */
export function semanticMetrics(confusion: Confusion): SemanticMetrics {
  const perClass = Array.from({ length: confusion.classCount }, (_, c) => classScores(confusion, c))
  const anomalies = perClass.slice(1)
  const isPresent = (scores: ClassScores) => scores.isPresent
  const iou = (scores: ClassScores) => scores.iou
  const f1 = (scores: ClassScores) => scores.f1
  return {
    perClass,
    miou: meanOf(perClass, iou) ?? 0,
    meanF1: meanOf(perClass, f1) ?? 0,
    anomalyMiou: meanOf(anomalies, iou) ?? 0,
    anomalyF1: meanOf(anomalies, f1) ?? 0,
    presentMiou: meanOf(perClass.filter(isPresent), iou),
    presentAnomalyMiou: meanOf(anomalies.filter(isPresent), iou),
    binary: binaryScores(confusion),
  }
}

function classScores({ classCount, counts }: Confusion, c: number): ClassScores {
  let targets = 0
  let predictions = 0
  for (let other = 0; other < classCount; other++) {
    targets += counts[c * classCount + other]!
    predictions += counts[other * classCount + c]!
  }
  const truePositives = counts[c * classCount + c]!
  const recall = truePositives / (targets + EPSILON)
  const precision = truePositives / (predictions + EPSILON)
  return {
    iou: truePositives / (targets + predictions - truePositives + EPSILON),
    recall,
    precision,
    f1: (2 * precision * recall) / (precision + recall + EPSILON),
    isPresent: targets + predictions > 0,
  }
}

function binaryScores({ classCount, counts }: Confusion): BinaryScores {
  let truePositives = 0
  let falsePositives = 0
  let falseNegatives = 0
  for (let c = 1; c < classCount; c++) {
    falsePositives += counts[c]!
    falseNegatives += counts[c * classCount]!
    for (let other = 1; other < classCount; other++) truePositives += counts[c * classCount + other]!
  }
  const union = truePositives + falsePositives + falseNegatives
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    iou: truePositives / (union + EPSILON),
    f1: (2 * truePositives) / (truePositives + union + EPSILON),
    recall: truePositives / (truePositives + falseNegatives + EPSILON),
    precision: truePositives / (truePositives + falsePositives + EPSILON),
    isDefined: union > 0,
  }
}

function meanOf<T>(items: readonly T[], valueOf: (item: T) => number): number | null {
  if (items.length === 0) return null
  return items.reduce((sum, item) => sum + valueOf(item), 0) / items.length
}

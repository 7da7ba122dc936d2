import { IGNORE, type LabelMap } from '../../core/raster'
import type { TrainingParams } from '../../ml/trainingParams'

/** Limits of 1 / sqrt(share): a rare class counts at most this many times (pilot.md, "What worked" 4). */
const BALANCED_RANGE: readonly [number, number] = [1.3, 10]

/**
 * Weights of the cross-entropy, background first. With more than one class and `balanceClasses`, a class that holds the
 * share s of all defect pixels counts 1 / sqrt(s), within limits; a class without pixels gets the upper limit.
 */
export function classWeights(
  labels: readonly LabelMap[],
  classCount: number,
  {
    backgroundWeight,
    defectWeight,
    balanceClasses,
  }: Pick<TrainingParams, 'backgroundWeight' | 'defectWeight' | 'balanceClasses'>,
): Float32Array {
  const weights = new Float32Array(classCount + 1).fill(defectWeight)
  weights[0] = backgroundWeight
  if (!balanceClasses || classCount < 2) return weights
  const pixels = new Float64Array(classCount + 1)
  for (const { data } of labels) {
    for (const label of data) if (label !== 0 && label !== IGNORE) pixels[label]!++
  }
  const total = pixels.reduce((a, b) => a + b)
  const [low, high] = BALANCED_RANGE
  for (let k = 1; k <= classCount; k++) {
    const balanced = Math.sqrt(total / pixels[k]!) // no pixels at all: 0 / 0 and n / 0 both end at the upper limit
    weights[k] = defectWeight * (balanced <= high ? Math.max(low, balanced) : high)
  }
  return weights
}

import type { Box } from '../../../core/geometry'
import type { BinaryMask, ScoreMap } from '../../../core/raster'
import type { GeneratedMask } from '../../generators/generator'
import { thresholded } from '../../generators/maskOfCandidate'

/** A smooth hill of scores in the middle of a box that fills its patch, as a segmenter would give: 1 on top, 0 far off. */
export function hill(width: number, height: number, radius: number, softness: number): ScoreMap {
  const data = Float32Array.from({ length: width * height }, (_, p) => {
    const x = (p % width) + 0.5 - width / 2
    const y = Math.floor(p / width) + 0.5 - height / 2
    return 1 / (1 + Math.exp((Math.hypot(x, y) - radius) / softness))
  })
  return { width, height, data }
}

/** A generator's answer whose evidence is `scores`, cut at `threshold`. */
export function answerOf(
  scores: ScoreMap,
  threshold: number,
  readings: GeneratedMask['readings'] = [],
): { made: GeneratedMask; boxPx: Box } {
  const boxPx = { x: 40, y: 30, width: scores.width, height: scores.height }
  return {
    boxPx,
    made: {
      boundsPx: boxPx,
      mask: thresholded(scores, threshold),
      scores: { predictedIou: 0.7, stability: 0.8, tightness: 0.9 },
      isUnresolved: false,
      label: 'Test',
      former: null,
      evidence: { scores, threshold },
      alternatives: [],
      readings,
    },
  }
}

export function areaOf(mask: BinaryMask): number {
  return mask.data.reduce((sum, bit) => sum + bit, 0)
}

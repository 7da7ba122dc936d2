import type { BinaryMask, ScoreMap } from '../../core/raster'
import type { GeneratedMask } from '../generators/generator'
import { cellPxOf, type StyleExample } from './classStyle'

/** Hundreds of settings are tried on each example: this many pixels a side are enough to compare them. */
const MAXIMAL_SIDE = 96

/**
 * An example at every second, third, ... pixel, so that its patch is at most 96 a side. `cellPx` is the unit of growth in
 * the pixels of the smaller patch.
 */
export function coarseExample({ made, mask, boxPx }: StyleExample): {
  readonly made: GeneratedMask
  readonly mask: BinaryMask
  readonly cellPx: number
} {
  const step = Math.ceil(Math.max(mask.width, mask.height) / MAXIMAL_SIDE)
  if (step === 1) return { made, mask, cellPx: cellPxOf(boxPx) }
  const { evidence } = made
  return {
    made: {
      ...made,
      mask: everyNth(made.mask, step),
      evidence: evidence && { ...evidence, scores: everyNth(evidence.scores, step) },
      readings: made.readings.map(({ kind, mask: raw }) => ({ kind, mask: everyNth(raw, step) })),
    },
    mask: everyNth(mask, step),
    cellPx: cellPxOf(boxPx) / step,
  }
}

function everyNth<T extends BinaryMask | ScoreMap>(raster: T, step: number): T {
  const width = Math.ceil(raster.width / step)
  const height = Math.ceil(raster.height / step)
  const data = raster.data.slice(0, width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = raster.data[y * step * raster.width + x * step]!
  }
  return { ...raster, width, height, data }
}

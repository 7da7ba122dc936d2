import type { RgbaImage } from '../../../core/raster'
import { resizeRgbPlanes } from '../../../ml/imaging/antialiasedResize'
import type { FloatTensor } from '../session'
import type { Placement } from './placement'

/** Mean and spread of red, green and blue, on values of 0..255. */
export interface Normalisation {
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/** ImageNet's (segment_anything and sam2: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of 255). */
export const IMAGENET: Normalisation = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
}

/** -1..1: the SAM 3 tracker's. */
export const CENTRED: Normalisation = { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] }

export function normalised(value: number, channel: number, { mean, deviation }: Normalisation): number {
  return (value - mean[channel]!) / deviation[channel]!
}

/**
 * A region as the encoders want it: (1, 3, side, side), resized with anti-aliasing, normalised, and then padded with
 * zeros on the right and below: the padding is grey to the model, not black.
 */
export function canvasInput(region: RgbaImage, placement: Placement, rule: Normalisation): FloatTensor {
  const { side, columns, rows } = placement
  const planes = resizeRgbPlanes(region, { width: columns, height: rows })
  const data = new Float32Array(3 * side * side)
  for (let channel = 0; channel < 3; channel++) {
    const table = Float32Array.from({ length: 256 }, (_, value) => normalised(value, channel, rule))
    for (let y = 0; y < rows; y++) {
      const from = (channel * rows + y) * columns
      const to = (channel * side + y) * side
      for (let x = 0; x < columns; x++) data[to + x] = table[planes[from + x]!]!
    }
  }
  return { data, dims: [1, 3, side, side] }
}

/** (rows, columns, 3), 0..255: for encoders that normalise and pad themselves (samexporter, `--use-preprocess`). */
export function pixelInput(region: RgbaImage, { columns, rows }: Placement): FloatTensor {
  const planes = resizeRgbPlanes(region, { width: columns, height: rows })
  const count = columns * rows
  const data = new Float32Array(3 * count)
  for (let p = 0; p < count; p++) {
    for (let channel = 0; channel < 3; channel++) data[p * 3 + channel] = planes[channel * count + p]!
  }
  return { data, dims: [rows, columns, 3] }
}

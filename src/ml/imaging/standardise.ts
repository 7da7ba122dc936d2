import { medianOf } from './median'

export interface Standardisation {
  readonly median: number
  readonly std: number
}

/** Below this many background values the statistics are taken over the whole grid. */
const MINIMAL_BACKGROUND = 16

/** Mean of red, green and blue. `rgb`: (3, n) planes in 0..1 -> (n) luminance in 0..1, float32. */
export function luminanceOf(rgb: Float32Array): Float32Array {
  const count = rgb.length / 3
  const luminance = new Float32Array(count)
  for (let p = 0; p < count; p++) luminance[p] = (rgb[p]! + rgb[count + p]! + rgb[2 * count + p]!) / 3
  return luminance
}

/**
 * Median and population standard deviation of the luminance over the background; everywhere when there is no
 * background or too little of it. The median of an even count is the mean of the two middle values.
 * Source: training/preprocess.py, `standardisation`.
 *
 * @param object (n) 1 inside the box, 0 in the ring around it; null for a picture without a prompt.
 */
export function standardisationOf(luminance: Float32Array, object: Float32Array | null): Standardisation {
  let values = luminance
  if (object !== null) {
    const background = luminance.filter((_, p) => object[p] === 0)
    if (background.length >= MINIMAL_BACKGROUND) values = background
  }
  const median = medianOf(values)
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { median, std: Math.sqrt(squares / values.length) }
}

/** (x - median) / max(std, stdFloor), clipped to ±clip; `rgb` in 0..1, any layout. */
export function standardise(
  rgb: Float32Array,
  { median, std }: Standardisation,
  { stdFloor, clip }: { readonly stdFloor: number; readonly clip: number },
): Float32Array<ArrayBuffer> {
  const scale = Math.max(std, stdFloor)
  const scaled = new Float32Array(rgb.length)
  for (let p = 0; p < rgb.length; p++) {
    scaled[p] = Math.min(Math.max((rgb[p]! - median) / scale, -clip), clip)
  }
  return scaled
}

import type { BinaryMask, RgbaImage, ScoreMap } from '../../../core/raster'
import { probabilityOverlay } from '../probabilityOverlay'

/** A map 0..1 as the overlay of its picture's size. */
export function mapLayer({ width, height, data }: ScoreMap): RgbaImage {
  return probabilityOverlay(
    Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
    width,
    height,
  )
}

/** What is painted over, as a translucent blue: no colour of a class, and none of the overlay of maps. */
export function maskLayer({ width, height, data }: BinaryMask): RgbaImage {
  const pixels = new Uint8ClampedArray(4 * width * height)
  for (let p = 0; p < data.length; p++) if (data[p] === 1) pixels.set([63, 182, 255, 130], 4 * p)
  return { width, height, data: pixels }
}

import { assert } from './assert'
import type { Size } from './geometry'

/** One byte a pixel, 0 or 1, row by row from the top left: index = y * width + x. */
export interface BinaryMask extends Size {
  readonly data: Uint8Array
}

/** One float a pixel, row-major; the producer's docstring says whether it holds logits or probabilities. */
export interface ScoreMap extends Size {
  readonly data: Float32Array
}

/** Class map, row-major: 0 background, 1..K classes in `classOrder`, 255 ignore. */
export interface LabelMap extends Size {
  readonly data: Uint8Array
}

/** 8-bit RGBA, row-major, not premultiplied, as ImageData holds it (after EXIF rotation). */
export interface RgbaImage extends Size {
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** Index 255 of every class map: counts neither for nor against anything. */
export const IGNORE = 255

/**
 * Column-major run lengths of a binary mask (index = x * height + y); the first run counts zeros and may be 0.
 * This is the truth of a mask: bitmaps are views of it.
 */
export interface Rle extends Size {
  readonly counts: Uint32Array
}

export function emptyMask({ width, height }: Size): BinaryMask {
  assert(width >= 0 && height >= 0, 'a mask needs a size')
  return { width, height, data: new Uint8Array(width * height) }
}

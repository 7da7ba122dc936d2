import type { BinaryMask, RgbaImage } from '../../../core/raster'
import { textureRing } from './textureRing'

/**
 * Standard deviation of the grey value (mean of R, G, B; 0..255 levels) over the ring 4..20 px outside a mask: how
 * uneven the surface around a defect is. 0 without a ring. Our reconstruction of "ring texture"
 * (methods/cam-pseudo-masks.md, §6): plain deviation, because a slow shade disturbs |x - fill| as grain does.
 */
export function ringStd(image: RgbaImage, mask: BinaryMask): number {
  const ring = textureRing(mask)
  if (ring.length === 0) return 0
  let sum = 0
  let squares = 0
  for (const p of ring) {
    const grey = (image.data[4 * p]! + image.data[4 * p + 1]! + image.data[4 * p + 2]!) / 3
    sum += grey
    squares += grey * grey
  }
  const mean = sum / ring.length
  return Math.sqrt(Math.max(0, squares / ring.length - mean * mean))
}

import type { Random } from '../../../core/random'
import type { BinaryMask, RgbaImage } from '../../../core/raster'
import { textureRing } from './textureRing'

/** The local mean is over 5 x 5 pixels, within the ring's inner distance of 4, so no masked pixel is ever in it. */
const MEAN_RADIUS = 2

/**
 * Noise for the masked pixels, (masked pixels in row order, 3): each takes x - (local 5x5 mean of x), R, G and B
 * together, of a random pixel of the ring 4..20 px outside the mask, so that the fill is as noisy as its surroundings.
 * At the picture's edge the mean is over the part of the window inside. Null without a ring.
 * Our reconstruction (methods/cam-pseudo-masks.md, §6).
 */
export function residualTexture(image: RgbaImage, mask: BinaryMask, random: Random): Float32Array | null {
  const ring = textureRing(mask)
  if (ring.length === 0) return null
  const residuals = new Float32Array(3 * ring.length)
  for (let i = 0; i < ring.length; i++) writeResidual(image, ring[i]!, residuals, 3 * i)
  let count = 0
  for (const bit of mask.data) count += bit
  const texture = new Float32Array(3 * count)
  for (let i = 0; i < count; i++) {
    const from = 3 * random.integer(ring.length)
    for (let c = 0; c < 3; c++) texture[3 * i + c] = residuals[from + c]!
  }
  return texture
}

function writeResidual({ width, height, data }: RgbaImage, p: number, into: Float32Array, at: number): void {
  const x = p % width
  const y = (p - x) / width
  const left = Math.max(0, x - MEAN_RADIUS)
  const right = Math.min(width - 1, x + MEAN_RADIUS)
  const top = Math.max(0, y - MEAN_RADIUS)
  const bottom = Math.min(height - 1, y + MEAN_RADIUS)
  const count = (right - left + 1) * (bottom - top + 1)
  for (let c = 0; c < 3; c++) {
    let sum = 0
    for (let v = top; v <= bottom; v++) {
      for (let u = left; u <= right; u++) sum += data[4 * (v * width + u) + c]!
    }
    into[at + c] = data[4 * p + c]! - sum / count
  }
}

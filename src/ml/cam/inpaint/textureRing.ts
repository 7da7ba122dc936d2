import type { BinaryMask } from '../../../core/raster'
import { squaredDistanceTo } from '../../raster/distance'

/** Where the surroundings' texture is taken from: far enough not to show the defect, near enough to be like it. */
export const RING_PX = { from: 4, to: 20 }

/**
 * Indices of the pixels 4 to 20 px (centre to centre) outside a mask, row by row. Empty for an empty mask, and for one
 * that leaves no such pixel. Our reconstruction (methods/cam-pseudo-masks.md, §6).
 */
export function textureRing(mask: BinaryMask): Int32Array {
  const distance = squaredDistanceTo(mask)
  const ring: number[] = []
  for (let p = 0; p < distance.length; p++) {
    if (distance[p]! >= RING_PX.from ** 2 && distance[p]! <= RING_PX.to ** 2) ring.push(p)
  }
  return Int32Array.from(ring)
}

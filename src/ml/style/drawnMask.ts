import { emptyMask, type BinaryMask } from '../../core/raster'
import { squaredDistanceTo } from '../raster/distance'

/**
 * A mask grown by a disc (negative: shrunk), exact Euclidean distances between pixel centres. Growing further never
 * loses a pixel. What lies outside the patch is unknown: its border does not erode.
 */
export function grownMask(mask: BinaryMask, radiusPx: number): BinaryMask {
  return createGrowth(mask)(radiusPx)
}

/** The same for several radii of one mask: the distances are computed once for each direction. */
export function createGrowth(mask: BinaryMask): (radiusPx: number) => BinaryMask {
  let outwards: Float64Array | null = null
  let inwards: Float64Array | null = null
  return (radiusPx) => {
    // Neighbouring centres are a pixel apart.
    if (Math.abs(radiusPx) < 1) return mask
    const grown = emptyMask(mask)
    const reach = radiusPx * radiusPx
    if (radiusPx > 0) {
      outwards ??= squaredDistanceTo(mask)
      for (let p = 0; p < grown.data.length; p++) grown.data[p] = outwards[p]! <= reach ? 1 : 0
    } else {
      inwards ??= squaredDistanceTo({ ...mask, data: mask.data.map((bit) => 1 - bit) })
      for (let p = 0; p < grown.data.length; p++) grown.data[p] = inwards[p]! > reach ? 1 : 0
    }
    return grown
  }
}

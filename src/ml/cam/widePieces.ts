import type { BinaryMask } from '../../core/raster'
import { squaredDistanceTo } from '../raster/distance'
import { piecesWith } from '../raster/piecesWith'

/**
 * The 8-connected pieces of a mask that are at least `widthPx` wide somewhere: a disc of that many pixels across fits in.
 * What lies outside the picture is unknown, so its border does not make a piece narrower.
 */
export function widePieces(mask: BinaryMask, widthPx: number): BinaryMask {
  const toBackground = squaredDistanceTo({ ...mask, data: mask.data.map((bit) => 1 - bit) })
  return piecesWith(mask, (p) => 2 * Math.sqrt(toBackground[p]!) - 1 >= widthPx)
}

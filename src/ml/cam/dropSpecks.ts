import type { BinaryMask } from '../../core/raster'
import { connectedComponents } from '../raster/components'
import { removeIslands } from '../raster/morphology'

/** A piece of a pseudo label is at least this large (our reconstruction, methods/cam-pseudo-masks.md, D3). */
const LEAST = { px: 9, share: 0.0002 }

/** The mask without 8-connected pieces of fewer than max(9 px, .02 % of the picture); an only piece stays, however small. */
export function dropSpecks(mask: BinaryMask): BinaryMask {
  if (connectedComponents(mask, 8).length <= 1) return mask
  return removeIslands(mask, Math.max(LEAST.px, LEAST.share * mask.width * mask.height))
}

import { emptyMask, type BinaryMask } from '../../core/raster'
import { connectedComponents } from './components'

/**
 * The 8-connected pieces of a mask with at least one pixel that passes; the others are gone.
 *
 * @param passes by the pixel's place in the mask's data
 */
export function piecesWith(mask: BinaryMask, passes: (p: number) => boolean): BinaryMask {
  const kept = emptyMask(mask)
  for (const { boundsPx, mask: piece } of connectedComponents(mask, 8)) {
    const pixels: number[] = []
    for (let q = 0; q < piece.data.length; q++) {
      if (piece.data[q] === 0) continue
      pixels.push((boundsPx.y + Math.floor(q / piece.width)) * mask.width + boundsPx.x + (q % piece.width))
    }
    if (pixels.some(passes)) for (const p of pixels) kept.data[p] = 1
  }
  return kept
}

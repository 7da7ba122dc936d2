import type { BinaryMask } from '../../core/raster'
import { connectedComponents, type Component } from './components'
import { squaredDistanceTo } from './distance'

/** Grows a mask by a disc: every pixel whose centre is at most `radiusPx` from a mask pixel's centre. */
export function dilate(mask: BinaryMask, radiusPx: number): BinaryMask {
  const distance = squaredDistanceTo(mask)
  const reach = radiusPx * radiusPx
  const data = new Uint8Array(mask.data.length)
  for (let p = 0; p < data.length; p++) data[p] = distance[p]! <= reach ? 1 : 0
  return { width: mask.width, height: mask.height, data }
}

/**
 * Shrinks a mask by a disc: keeps the pixels farther than `radiusPx` from every background pixel. What lies outside
 * the picture is unknown, so the picture's border does not erode: a defect cut by the border keeps its cut side.
 */
export function erode(mask: BinaryMask, radiusPx: number): BinaryMask {
  return complement(dilate(complement(mask), radiusPx))
}

/**
 * Fills holes of fewer than `belowAreaPx` pixels. A hole is a 4-connected piece of background that does not touch
 * the border of the mask's raster; `Infinity` fills all.
 */
export function fillHoles(mask: BinaryMask, belowAreaPx: number): BinaryMask {
  const filled = { width: mask.width, height: mask.height, data: mask.data.slice() }
  for (const piece of connectedComponents(complement(mask), 4)) {
    const { x, y, width, height } = piece.boundsPx
    const touchesBorder = x === 0 || y === 0 || x + width === mask.width || y + height === mask.height
    if (!touchesBorder && piece.areaPx < belowAreaPx) paint(filled, piece, 1)
  }
  return filled
}

/** Removes 8-connected pieces of fewer than `belowAreaPx` pixels. */
export function removeIslands(mask: BinaryMask, belowAreaPx: number): BinaryMask {
  const kept = { width: mask.width, height: mask.height, data: mask.data.slice() }
  for (const piece of connectedComponents(mask, 8)) {
    if (piece.areaPx < belowAreaPx) paint(kept, piece, 0)
  }
  return kept
}

function paint(mask: BinaryMask, piece: Component, value: 0 | 1): void {
  const { x: left, y: top, width, height } = piece.boundsPx
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (piece.mask.data[y * width + x] === 1) mask.data[(top + y) * mask.width + left + x] = value
    }
  }
}

function complement(mask: BinaryMask): BinaryMask {
  return { width: mask.width, height: mask.height, data: mask.data.map((bit) => (bit === 0 ? 1 : 0)) }
}

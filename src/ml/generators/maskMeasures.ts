import type { BinaryMask } from '../../core/raster'
import type { GridFrame } from '../imaging/gridFrame'

/** Numbers about a mask and the picture under it, all on one grid. */

type Grid = Pick<GridFrame, 'columns' | 'rows'>

/** Two empty masks give 0: an empty mask is never a good answer. */
export function maskIou(a: BinaryMask, b: BinaryMask): number {
  let both = 0
  let either = 0
  for (let p = 0; p < a.data.length; p++) {
    both += a.data[p]! & b.data[p]!
    either += a.data[p]! | b.data[p]!
  }
  return either === 0 ? 0 : both / either
}

/** Mean of the values where the mask is set; null for an empty mask. */
export function meanOver(values: Float32Array, { data }: BinaryMask): number | null {
  let sum = 0
  let count = 0
  for (let p = 0; p < data.length; p++) {
    if (data[p] === 0) continue
    sum += values[p]!
    count++
  }
  return count === 0 ? null : sum / count
}

/** Population standard deviation where the mask is set; null for an empty mask. */
export function spreadOver(values: Float32Array, mask: BinaryMask): number | null {
  const mean = meanOver(values, mask)
  if (mean === null) return null
  let squares = 0
  let count = 0
  for (let p = 0; p < values.length; p++) {
    if (mask.data[p] === 0) continue
    squares += (values[p]! - mean) ** 2
    count++
  }
  return Math.sqrt(squares / count)
}

/** Length of the gradient by central differences, edge pixels repeated, per grid pixel. */
export function gradientMagnitude(values: Float32Array, { columns, rows }: Grid): Float32Array {
  const at = (u: number, v: number): number =>
    values[Math.min(Math.max(v, 0), rows - 1) * columns + Math.min(Math.max(u, 0), columns - 1)]!
  return Float32Array.from({ length: columns * rows }, (_, p) => {
    const u = p % columns
    const v = (p - u) / columns
    return Math.hypot(at(u + 1, v) - at(u - 1, v), at(u, v + 1) - at(u, v - 1)) / 2
  })
}

/** Mask pixels with a 4-neighbour outside the mask; the border of the grid counts as outside. */
export function outlineOf(mask: BinaryMask): BinaryMask {
  const { width, height, data } = mask
  const outline = data.map((bit, p) => {
    if (bit === 0) return 0
    const u = p % width
    const v = (p - u) / width
    const isInner =
      u > 0 &&
      u < width - 1 &&
      v > 0 &&
      v < height - 1 &&
      data[p - 1] === 1 &&
      data[p + 1] === 1 &&
      data[p - width] === 1 &&
      data[p + width] === 1
    return isInner ? 0 : 1
  })
  return { width, height, data: outline }
}

/** Dilation by a square of 2 radius + 1 pixels. */
export function grownByRing({ width, height, data }: BinaryMask, radius: number): BinaryMask {
  const across = new Uint8Array(data.length)
  for (let p = 0; p < data.length; p++) {
    if (data[p] === 0) continue
    const u = p % width
    across.fill(1, p - Math.min(radius, u), p + Math.min(radius, width - 1 - u) + 1)
  }
  const grown = new Uint8Array(data.length)
  for (let p = 0; p < data.length; p++) {
    if (across[p] === 0) continue
    const u = p % width
    const v = (p - u) / width
    const last = Math.min(v + radius, height - 1)
    for (let row = Math.max(v - radius, 0); row <= last; row++) grown[row * width + u] = 1
  }
  return { width, height, data: grown }
}

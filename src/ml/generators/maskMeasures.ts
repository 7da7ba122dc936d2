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
  const lengths = new Float32Array(columns * rows)
  for (let v = 0; v < rows; v++) {
    const above = Math.max(v - 1, 0) * columns
    const below = Math.min(v + 1, rows - 1) * columns
    for (let u = 0; u < columns; u++) {
      const line = v * columns
      const across = values[line + Math.min(u + 1, columns - 1)]! - values[line + Math.max(u - 1, 0)]!
      const down = values[below + u]! - values[above + u]!
      lengths[line + u] = Math.sqrt(across * across + down * down) / 2
    }
  }
  return lengths
}

/** Mask pixels with a 4-neighbour outside the mask; the border of the grid counts as outside. */
export function outlineOf({ width, height, data }: BinaryMask): BinaryMask {
  const outline = new Uint8Array(data.length)
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const p = v * width + u
      if (data[p] === 0) continue
      const isInner =
        u > 0 &&
        u < width - 1 &&
        v > 0 &&
        v < height - 1 &&
        data[p - 1]! + data[p + 1]! + data[p - width]! + data[p + width]! === 4
      if (!isInner) outline[p] = 1
    }
  }
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

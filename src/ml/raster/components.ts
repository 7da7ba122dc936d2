import type { Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { emptyMask } from '../../core/raster'

export type Neighbourhood = 4 | 8

/** One connected piece of a mask, cut out: `mask` covers `boundsPx` only. */
export interface Component {
  readonly areaPx: number
  /** Tight, in the frame of the mask it was found in. */
  readonly boundsPx: Box
  readonly mask: BinaryMask
}

/** All pieces of a mask in the order of their first pixel (row by row). Foreground of defects is usually 8-connected. */
export function connectedComponents(mask: BinaryMask, neighbourhood: Neighbourhood): Component[] {
  const { width, height, data } = mask
  const visited = new Uint8Array(data.length)
  const stack = new Int32Array(data.length)
  const components: Component[] = []
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] === 0 || visited[seed] === 1) continue
    const pixels: number[] = []
    let depth = 0
    stack[depth++] = seed
    visited[seed] = 1
    while (depth > 0) {
      const p = stack[--depth]!
      pixels.push(p)
      const x = p % width
      const y = (p - x) / width
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (neighbourhood === 4 && dx !== 0 && dy !== 0) continue
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue
          const q = p + dy * width + dx
          if (data[q] === 0 || visited[q] === 1) continue
          visited[q] = 1
          stack[depth++] = q
        }
      }
    }
    components.push(cutOut(pixels, width))
  }
  return components
}

function cutOut(pixels: readonly number[], width: number): Component {
  let left = Infinity
  let right = -1
  let top = Infinity
  let bottom = -1
  for (const p of pixels) {
    const x = p % width
    const y = (p - x) / width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const boundsPx = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  const mask = emptyMask(boundsPx)
  for (const p of pixels) {
    const x = p % width
    mask.data[((p - x) / width - top) * mask.width + (x - left)] = 1
  }
  return { areaPx: pixels.length, boundsPx, mask }
}

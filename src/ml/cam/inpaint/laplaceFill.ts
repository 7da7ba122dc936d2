import { assert } from '../../../core/assert'
import type { BinaryMask, ScoreMap } from '../../../core/raster'

/** Jacobi sweeps from a push-pull start (our reconstruction, methods/cam-pseudo-masks.md, §6). */
const LAPLACE_SWEEPS = 200

/**
 * Smooths the unknown pixels of one channel towards the harmonic fill: each sweep takes v <- mean of the 4 neighbours
 * of the sweep before; beyond the picture's edge the pixel itself repeats. Known pixels keep their values.
 * Jacobi iteration of the Laplace equation (our reconstruction, methods/cam-pseudo-masks.md, §6).
 */
export function laplaceFill(start: ScoreMap, unknown: BinaryMask, sweeps: number = LAPLACE_SWEEPS): ScoreMap {
  assert(start.data.length === unknown.data.length, 'a fill needs a mask of the size of its map')
  const { pixels, neighbours, border } = neighbourhood(unknown)
  const count = pixels.length
  // Unknown pixels first, then the known ones beside them: a sweep walks one dense array, not the picture.
  let now = new Float32Array(count + border.length)
  for (let i = 0; i < count; i++) now[i] = start.data[pixels[i]!]!
  for (let i = 0; i < border.length; i++) now[count + i] = start.data[border[i]!]!
  let next = now.slice()
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 0, n = 0; i < count; i++, n += 4) {
      next[i] =
        0.25 *
        (now[neighbours[n]!]! +
          now[neighbours[n + 1]!]! +
          now[neighbours[n + 2]!]! +
          now[neighbours[n + 3]!]!)
    }
    const held = now
    now = next
    next = held
  }
  const data = start.data.slice()
  for (let i = 0; i < count; i++) data[pixels[i]!] = now[i]!
  return { width: start.width, height: start.height, data }
}

/** `neighbours`: four indices an unknown pixel (left, right, above, below) into unknown pixels followed by border. */
function neighbourhood({ width, height, data }: BinaryMask): {
  readonly pixels: Int32Array
  readonly neighbours: Int32Array
  readonly border: readonly number[]
} {
  const index = new Int32Array(data.length).fill(-1)
  let count = 0
  for (let p = 0; p < data.length; p++) if (data[p] !== 0) index[p] = count++
  const pixels = new Int32Array(count)
  for (let p = 0; p < data.length; p++) if (data[p] !== 0) pixels[index[p]!] = p
  const neighbours = new Int32Array(4 * count)
  const border: number[] = []
  for (let i = 0; i < count; i++) {
    const p = pixels[i]!
    const x = p % width
    const y = (p - x) / width
    const around = [
      x > 0 ? p - 1 : p,
      x < width - 1 ? p + 1 : p,
      y > 0 ? p - width : p,
      y < height - 1 ? p + width : p,
    ]
    for (const [n, q] of around.entries()) {
      if (index[q] === -1) {
        index[q] = count + border.length
        border.push(q)
      }
      neighbours[4 * i + n] = index[q]!
    }
  }
  return { pixels, neighbours, border }
}

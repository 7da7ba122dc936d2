import { assert } from '../../core/assert'
import type { Size } from '../../core/geometry'
import { createRandom } from '../../core/random'
import type { ScoreMap } from '../../core/raster'

/**
 * Gradient noise (Perlin 1985, with the quintic fade of 2002): random slopes on a lattice with cells of
 * `cellX` x `cellY` pixels. About -1..1, mean 0, no visible lattice. Cells long in one direction give brush strokes.
 */
export function gradientNoise(size: Size, cellX: number, cellY: number, seed: number): ScoreMap {
  assert(cellX >= 1 && cellY >= 1, 'a cell of noise is at least a pixel')
  const columns = Math.ceil(size.width / cellX) + 2
  const rows = Math.ceil(size.height / cellY) + 2
  const random = createRandom(seed)
  // A random offset, or every picture would have the noise's zeros in its corner.
  const shiftX = random.next()
  const shiftY = random.next()
  const slopeX = new Float32Array(columns * rows)
  const slopeY = new Float32Array(columns * rows)
  for (let at = 0; at < slopeX.length; at++) {
    const angle = random.next() * 2 * Math.PI
    slopeX[at] = Math.cos(angle) * AMPLITUDE
    slopeY[at] = Math.sin(angle) * AMPLITUDE
  }
  const data = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    const v = y / cellY + shiftY
    const row = Math.floor(v)
    const dy = v - row
    const fadeY = fade(dy)
    for (let x = 0; x < size.width; x++) {
      const u = x / cellX + shiftX
      const column = Math.floor(u)
      const dx = u - column
      const fadeX = fade(dx)
      const a = row * columns + column
      const b = a + columns
      const topLeft = slopeX[a]! * dx + slopeY[a]! * dy
      const topRight = slopeX[a + 1]! * (dx - 1) + slopeY[a + 1]! * dy
      const bottomLeft = slopeX[b]! * dx + slopeY[b]! * (dy - 1)
      const bottomRight = slopeX[b + 1]! * (dx - 1) + slopeY[b + 1]! * (dy - 1)
      const top = topLeft + (topRight - topLeft) * fadeX
      const bottom = bottomLeft + (bottomRight - bottomLeft) * fadeX
      data[y * size.width + x] = top + (bottom - top) * fadeY
    }
  }
  return { width: size.width, height: size.height, data }
}

/** Brings unit slopes, whose noise stays within +-0.71, to about +-1. */
const AMPLITUDE = 1.5

/** Sum of octaves, each of half the cell and half the strength: clouds, grain, coastlines. About -1..1. */
export function fractalNoise(size: Size, cellPx: number, octaves: number, seed: number): ScoreMap {
  const data = new Float32Array(size.width * size.height)
  let strength = 0.6
  for (let octave = 0; octave < octaves; octave++) {
    const cell = Math.max(1, cellPx / 2 ** octave)
    const layer = gradientNoise(size, cell, cell, seed + octave * 101).data
    for (let p = 0; p < data.length; p++) data[p]! += layer[p]! * strength
    strength /= 2
  }
  return { width: size.width, height: size.height, data }
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10)
}

export function smoothStep(t: number): number {
  const clamped = Math.min(1, Math.max(0, t))
  return clamped * clamped * (3 - 2 * clamped)
}

import { createRandom } from '../../core/random'
import type { ScoreMap } from '../../core/raster'
import type { Size } from '../../core/geometry'

/**
 * Smooth value noise: random values on a lattice with cells of `cellX` x `cellY` pixels, joined by a smooth step.
 * About -1..1, mean 0. Long cells in one direction give brushed metal, equal ones clouds.
 */
export function valueNoise(size: Size, cellX: number, cellY: number, seed: number): ScoreMap {
  const random = createRandom(seed)
  const columns = Math.ceil(size.width / cellX) + 2
  const rows = Math.ceil(size.height / cellY) + 2
  const lattice = Float32Array.from({ length: columns * rows }, () => random.next() * 2 - 1)
  const data = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    const v = y / cellY
    const row = Math.floor(v)
    const fy = smoothStep(v - row)
    for (let x = 0; x < size.width; x++) {
      const u = x / cellX
      const column = Math.floor(u)
      const fx = smoothStep(u - column)
      const at = row * columns + column
      const top = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * fx
      const bottom = lattice[at + columns]! + (lattice[at + columns + 1]! - lattice[at + columns]!) * fx
      data[y * size.width + x] = top + (bottom - top) * fy
    }
  }
  return { ...size, data }
}

/** Sum of value noises, each octave half the cell and half the strength: a natural, cloud-like texture, about -1..1. */
export function cloudNoise(size: Size, cellPx: number, octaves: number, seed: number): ScoreMap {
  const data = new Float32Array(size.width * size.height)
  let strength = 0.5
  for (let octave = 0; octave < octaves; octave++) {
    const cell = Math.max(1, cellPx / 2 ** octave)
    const layer = valueNoise(size, cell, cell, seed + octave * 101)
    for (let p = 0; p < data.length; p++) data[p] = data[p]! + layer.data[p]! * strength
    strength /= 2
  }
  return { ...size, data }
}

export function smoothStep(t: number): number {
  const clamped = Math.min(1, Math.max(0, t))
  return clamped * clamped * (3 - 2 * clamped)
}

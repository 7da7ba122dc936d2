import type { Size } from '../../core/geometry'
import { createRandom } from '../../core/random'
import { fractalNoise, gradientNoise, smoothStep } from './noise'
import type { Relief } from './relief'

export type SurfaceKind = 'steel' | 'leather' | 'casting'
export const SURFACE_KINDS: readonly SurfaceKind[] = ['steel', 'leather', 'casting']

/** A surface without defects. Equal seeds give equal surfaces. */
export function createSurface(kind: SurfaceKind, size: Size, seed: number): Relief {
  switch (kind) {
    case 'steel':
      return brushedSteel(size, seed)
    case 'leather':
      return grainedLeather(size, seed)
    case 'casting':
      return sandCasting(size, seed)
  }
}

/** Brush strokes of several lengths along x, a wide sheen across the sheet, a few rolled-in lines. */
function brushedSteel(size: Size, seed: number): Relief {
  const relief = blankRelief(size, seed, {
    tint: [0.965, 0.99, 1.02],
    stainTint: [0.86, 0.66, 0.42],
    gloss: 0.2,
  })
  const long = gradientNoise(size, 320, 1.5, seed + 1).data
  const short = gradientNoise(size, 70, 1, seed + 2).data
  const fine = gradientNoise(size, 22, 1, seed + 3).data
  const bands = gradientNoise(size, 900, 9, seed + 4).data
  const sheen = gradientNoise(size, size.width * 0.6, size.height * 1.8, seed + 5).data
  for (let p = 0; p < long.length; p++) {
    relief.elevation[p] = 0.15 * long[p]! + 0.13 * short[p]! + 0.1 * fine[p]! + 0.08 * bands[p]!
    relief.albedo[p] = 0.45 + 0.045 * long[p]! + 0.03 * short[p]! + 0.025 * bands[p]! + 0.12 * sheen[p]!
  }
  return relief
}

/** Side of a pebble of the grain in pixels. */
const PEBBLE_PX = 7.5

/** Pebbled grain: domes around jittered points (Voronoi), creases between them, wrinkles over all. */
function grainedLeather(size: Size, seed: number): Relief {
  const relief = blankRelief(size, seed, {
    tint: [1.16, 0.86, 0.66],
    stainTint: [0.42, 0.44, 0.5],
    gloss: 0.12,
  })
  const random = createRandom(seed)
  const columns = Math.ceil(size.width / PEBBLE_PX) + 4
  const rows = Math.ceil(size.height / PEBBLE_PX) + 4
  const pointX = new Float32Array(columns * rows)
  const pointY = new Float32Array(columns * rows)
  const dome = new Float32Array(columns * rows)
  for (let at = 0; at < dome.length; at++) {
    pointX[at] = ((at % columns) - 1 + random.next()) * PEBBLE_PX
    pointY[at] = (Math.floor(at / columns) - 1 + random.next()) * PEBBLE_PX
    dome[at] = 0.75 + 0.5 * random.next()
  }
  const warpX = gradientNoise(size, 26, 26, seed + 1).data
  const warpY = gradientNoise(size, 26, 26, seed + 2).data
  const wrinkle = fractalNoise(size, 70, 3, seed + 3).data
  const tone = fractalNoise(size, 170, 3, seed + 4).data
  const fine = gradientNoise(size, 1.7, 1.7, seed + 5).data
  for (let p = 0; p < fine.length; p++) {
    const x = (p % size.width) + 4 * warpX[p]!
    const y = Math.floor(p / size.width) + 4 * warpY[p]!
    const column = Math.floor(x / PEBBLE_PX) + 1
    const row = Math.floor(y / PEBBLE_PX) + 1
    let nearest = Infinity
    let second = Infinity
    let owner = 0
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        const at = r * columns + c
        const distance = (x - pointX[at]!) ** 2 + (y - pointY[at]!) ** 2
        if (distance < nearest) {
          second = nearest
          nearest = distance
          owner = at
        } else if (distance < second) second = distance
      }
    }
    const toCrease = Math.sqrt(second) - Math.sqrt(nearest)
    const roundness = smoothStep(toCrease / 4.5)
    relief.elevation[p] = 1.15 * dome[owner]! * roundness + 1.6 * wrinkle[p]! + 0.12 * fine[p]!
    relief.albedo[p] = 0.4 + 0.1 * roundness + 0.05 * tone[p]! + 0.02 * (dome[owner]! - 1)
  }
  return relief
}

/** Sand-cast iron: rough at every scale, cloudy tone, fine dark flecks. */
function sandCasting(size: Size, seed: number): Relief {
  const relief = blankRelief(size, seed, {
    tint: [1, 0.985, 0.95],
    stainTint: [0.92, 0.62, 0.4],
    gloss: 0.04,
  })
  const rough = fractalNoise(size, 11, 3, seed + 1).data
  const grain = gradientNoise(size, 2, 2, seed + 2).data
  const tone = fractalNoise(size, 210, 4, seed + 3).data
  const fleck = gradientNoise(size, 4.5, 4.5, seed + 4).data
  for (let p = 0; p < grain.length; p++) {
    relief.elevation[p] = 1.1 * rough[p]! + 0.28 * grain[p]!
    relief.albedo[p] = 0.44 + 0.06 * tone[p]! + 0.025 * grain[p]! - 0.22 * Math.max(0, fleck[p]! - 0.5)
  }
  return relief
}

function blankRelief(size: Size, seed: number, look: Pick<Relief, 'tint' | 'stainTint' | 'gloss'>): Relief {
  const random = createRandom(seed + 77)
  const pixels = size.width * size.height
  return {
    width: size.width,
    height: size.height,
    elevation: new Float32Array(pixels),
    albedo: new Float32Array(pixels),
    stain: new Float32Array(pixels),
    ...look,
    lamp: { x: 0.3 + 0.35 * random.next(), y: 0.25 + 0.35 * random.next() },
  }
}

import type { Size } from '../../core/geometry'
import { createRandom } from '../../core/random'
import type { ScoreMap } from '../../core/raster'
import { cloudNoise, valueNoise } from './noise'

/** A defect-free surface: luminance 0..1 and the tint that makes it colour. */
export interface Surface {
  readonly luminance: ScoreMap
  /** Factors for red, green and blue. */
  readonly tint: readonly [number, number, number]
}

export type SurfaceKind = 'steel' | 'leather' | 'casting'
export const SURFACE_KINDS: readonly SurfaceKind[] = ['steel', 'leather', 'casting']

export function drawSurface(kind: SurfaceKind, size: Size, seed: number): Surface {
  switch (kind) {
    case 'steel':
      return { luminance: brushedSteel(size, seed), tint: [0.98, 1, 1.02] }
    case 'leather':
      return { luminance: grainedLeather(size, seed), tint: [1.12, 0.92, 0.74] }
    case 'casting':
      return { luminance: sandCasting(size, seed), tint: [1, 1, 0.99] }
  }
}

/** Long horizontal strokes of several lengths, a sheen across the sheet, sensor noise. */
function brushedSteel(size: Size, seed: number): ScoreMap {
  const random = createRandom(seed)
  const long = valueNoise(size, 240, 1.3, seed + 1)
  const short = valueNoise(size, 46, 1, seed + 2)
  const sheen = valueNoise(size, size.width * 1.4, size.height * 0.7, seed + 3)
  return shade(
    size,
    (p) =>
      0.56 + 0.055 * long.data[p]! + 0.05 * short.data[p]! + 0.09 * sheen.data[p]! + 0.016 * random.normal(),
  )
}

/** Pebbled grain: distance to the nearest of jittered seeds (Voronoi F1), dark creases between the pebbles. */
function grainedLeather(size: Size, seed: number): ScoreMap {
  const random = createRandom(seed)
  const cell = 9
  const columns = Math.ceil(size.width / cell) + 3
  const rows = Math.ceil(size.height / cell) + 3
  const jitter = Float32Array.from({ length: columns * rows * 2 }, () => random.next())
  const height = Float32Array.from({ length: columns * rows }, () => random.next())
  const shading = cloudNoise(size, 190, 3, seed + 5)
  const wrinkle = cloudNoise(size, 38, 2, seed + 6)
  return shade(size, (p) => {
    const x = p % size.width
    const y = (p - x) / size.width
    const column = Math.floor(x / cell) + 1
    const row = Math.floor(y / cell) + 1
    let first = Number.POSITIVE_INFINITY
    let second = Number.POSITIVE_INFINITY
    let owner = 0
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const at = (row + dy) * columns + column + dx
        const sx = (column + dx - 1 + jitter[at * 2]!) * cell
        const sy = (row + dy - 1 + jitter[at * 2 + 1]!) * cell
        const distance = ((x - sx) * 0.85) ** 2 + (y - sy) ** 2
        if (distance < first) {
          second = first
          first = distance
          owner = at
        } else if (distance < second) second = distance
      }
    }
    const nearest = Math.sqrt(first)
    const crease = Math.min(1, (Math.sqrt(second) - nearest) / 3.2)
    const dome = 1 - Math.min(1, nearest / cell) * 0.35
    return (
      0.3 +
      0.13 * crease * dome +
      0.04 * (height[owner]! - 0.5) +
      0.1 * shading.data[p]! +
      0.05 * wrinkle.data[p]! +
      0.012 * random.normal()
    )
  })
}

/** Fine sand grain with darker flecks and a slow, cloudy tone. */
function sandCasting(size: Size, seed: number): ScoreMap {
  const random = createRandom(seed)
  const cloud = cloudNoise(size, 150, 4, seed + 7)
  const grain = valueNoise(size, 2.2, 2.2, seed + 8)
  const fleck = valueNoise(size, 5, 5, seed + 9)
  return shade(size, (p) => {
    const dark = Math.max(0, fleck.data[p]! - 0.62) * 0.35
    return 0.47 + 0.1 * cloud.data[p]! + 0.06 * grain.data[p]! - dark + 0.02 * random.normal()
  })
}

/** Fills a map and lets the light fall off towards the corners, as under a ring lamp. */
function shade(size: Size, value: (p: number) => number): ScoreMap {
  const data = new Float32Array(size.width * size.height)
  const cx = size.width * 0.46
  const cy = size.height * 0.42
  const reach = Math.hypot(size.width, size.height) / 2
  for (let p = 0; p < data.length; p++) {
    const x = p % size.width
    const y = (p - x) / size.width
    const falloff = 1 - (0.2 * ((x - cx) ** 2 + (y - cy) ** 2)) / reach ** 2
    data[p] = value(p) * falloff
  }
  return { ...size, data }
}

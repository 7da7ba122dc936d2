import type { Size } from '../../core/geometry'
import { createRandom, type Random } from '../../core/random'
import { fractalNoise } from './noise'
import type { Relief } from './relief'
import { blobShape, type Shape, strokeShape } from './shapes'

export type DefectKind = 'scratch' | 'pit' | 'stain'
export const DEFECT_KINDS: readonly DefectKind[] = ['scratch', 'pit', 'stain']

/** Where a defect lies and what it looks like from above; nothing is changed yet. */
export function defectShape(kind: DefectKind, size: Size, random: Random): Shape {
  const shortSide = Math.min(size.width, size.height)
  switch (kind) {
    case 'scratch':
      return strokeShape(size, shortSide * (0.2 + 0.45 * random.next()), 1.1 + 1.3 * random.next(), random)
    case 'pit':
      return blobShape(
        size,
        { radiusPx: 4.5 + 8 * random.next() ** 2, irregularity: 0.4, bulgePx: 9, edgePx: 1.8 },
        random,
      )
    case 'stain':
      return blobShape(
        size,
        { radiusPx: 17 + 24 * random.next(), irregularity: 0.5, bulgePx: 42, edgePx: 7 },
        random,
      )
  }
}

/** Changes the relief in place: a scratch is a groove with lips, a pit a hollow, a stain colour that dried at its rim. */
export function applyDefect(kind: DefectKind, relief: Relief, shape: Shape, seed: number): void {
  const random = createRandom(seed)
  switch (kind) {
    case 'scratch':
      return engraveScratch(relief, shape, random)
    case 'pit':
      return sinkPit(relief, shape, random)
    case 'stain':
      return spreadStain(relief, shape, random)
  }
}

function engraveScratch(relief: Relief, shape: Shape, random: Random): void {
  const depth = 0.7 + 0.9 * random.next()
  // Fresh scratches show bright material, old ones collect dirt.
  const isFresh = random.next() < 0.65
  const gain = isFresh ? 0.16 + 0.16 * random.next() : -0.13 - 0.1 * random.next()
  const patchy = fractalNoise(shape.boundsPx, 26, 2, random.integer(1 << 30)).data
  forEachPixel(relief, shape, (p, strength, i) => {
    const presence = strength * Math.min(1, Math.max(0.35, 0.8 + 0.7 * patchy[i]!))
    relief.elevation[p]! -= depth * presence
    relief.albedo[p] = clampAlbedo(relief.albedo[p]! + gain * presence)
  })
}

function sinkPit(relief: Relief, shape: Shape, random: Random): void {
  const depth = 3 + 3 * random.next()
  const darkness = 0.55 + 0.25 * random.next()
  const crumbs = fractalNoise(shape.boundsPx, 5, 2, random.integer(1 << 30)).data
  forEachPixel(relief, shape, (p, strength, i) => {
    // Light hardly reaches the ground of a hole; crumbs of it do.
    relief.elevation[p]! -= depth * strength * (0.85 + 0.14 * crumbs[i]!)
    relief.albedo[p] = clampAlbedo(relief.albedo[p]! * (1 - darkness * strength * (0.9 + 0.25 * crumbs[i]!)))
  })
}

function spreadStain(relief: Relief, shape: Shape, random: Random): void {
  const darkness = 0.1 + 0.18 * random.next()
  const colour = 0.3 + 0.5 * random.next()
  const cloud = fractalNoise(shape.boundsPx, 34, 4, random.integer(1 << 30)).data
  forEachPixel(relief, shape, (p, strength, i) => {
    // Liquid dries from the inside out and leaves most at its rim, where the strength passes through 0.7.
    const rim = Math.exp(-(((strength - 0.7) / 0.22) ** 2))
    const amount = strength * (0.7 + 0.75 * cloud[i]!) + 0.45 * rim * strength
    relief.albedo[p] = clampAlbedo(relief.albedo[p]! * (1 - darkness * amount))
    relief.stain[p] = Math.min(1, relief.stain[p]! + colour * Math.max(0, amount))
  })
}

function forEachPixel(
  relief: Relief,
  { boundsPx, strength }: Shape,
  visit: (p: number, strength: number, i: number) => void,
): void {
  for (let i = 0; i < strength.length; i++) {
    if (strength[i] === 0) continue
    const x = boundsPx.x + (i % boundsPx.width)
    const y = boundsPx.y + Math.floor(i / boundsPx.width)
    visit(y * relief.width + x, strength[i]!, i)
  }
}

function clampAlbedo(value: number): number {
  return Math.min(0.95, Math.max(0.03, value))
}

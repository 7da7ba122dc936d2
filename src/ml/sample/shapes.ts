import { clipBox, type Box, type Size } from '../../core/geometry'
import type { Random } from '../../core/random'
import { fractalNoise, smoothStep } from './noise'

/** The outline of a defect as a soft field; a pixel belongs to the defect when its strength is at least 0.5. */
export interface Shape {
  /** Integer corners inside the picture. */
  readonly boundsPx: Box
  /** 0..1 for each pixel of the bounds, row-major. */
  readonly strength: Float32Array
}

/** Distance to keep from the picture's border. */
const MARGIN_PX = 10

/**
 * A line that wanders a little, thins out towards both ends and may break off: the distance to a walk of small steps
 * against a local half width. `halfWidthPx` is that of the thickest place.
 */
export function strokeShape(size: Size, lengthPx: number, halfWidthPx: number, random: Random): Shape {
  const walk = walkInside(size, lengthPx, random)
  const wobble = fractalNoise({ width: walk.length, height: 1 }, 18, 3, random.integer(1 << 30)).data
  const reach = Math.ceil(halfWidthPx + 3)
  const shape = blankShape(
    {
      x: Math.floor(Math.min(...walk.map(({ x }) => x))) - reach,
      y: Math.floor(Math.min(...walk.map(({ y }) => y))) - reach,
      width: Math.ceil(spread(walk.map(({ x }) => x))) + 2 * reach + 1,
      height: Math.ceil(spread(walk.map(({ y }) => y))) + 2 * reach + 1,
    },
    size,
  )
  const { boundsPx, strength } = shape
  for (const [i, point] of walk.entries()) {
    const along = (2 * i) / (walk.length - 1) - 1
    const taper = 1 - Math.abs(along) ** 3
    const halfWidth = Math.max(0.35, halfWidthPx * taper * (1 + 0.55 * wobble[i]!))
    const left = Math.max(boundsPx.x, Math.floor(point.x) - reach)
    const right = Math.min(boundsPx.x + boundsPx.width, Math.floor(point.x) + reach + 1)
    const top = Math.max(boundsPx.y, Math.floor(point.y) - reach)
    const bottom = Math.min(boundsPx.y + boundsPx.height, Math.floor(point.y) + reach + 1)
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const inside = halfWidth - Math.hypot(x + 0.5 - point.x, y + 0.5 - point.y)
        const value = smoothStep(inside / 1.6 + 0.5)
        const at = (y - boundsPx.y) * boundsPx.width + (x - boundsPx.x)
        if (value > strength[at]!) strength[at] = value
      }
    }
  }
  return shape
}

export interface BlobOptions {
  readonly radiusPx: number
  /** Share of the radius that noise gives or takes. */
  readonly irregularity: number
  /** Size of the bulges in pixels. */
  readonly bulgePx: number
  /** Width of the soft edge in pixels. */
  readonly edgePx: number
}

/** A round patch whose radius is bent by noise, stretched in a random direction. */
export function blobShape(size: Size, options: BlobOptions, random: Random): Shape {
  const { radiusPx, irregularity, bulgePx, edgePx } = options
  const stretch = 0.7 + 0.6 * random.next()
  const angle = random.next() * Math.PI
  const reach = Math.ceil(radiusPx * (1 + irregularity) * 1.35 + edgePx + 1)
  const cx = between(MARGIN_PX + radiusPx, size.width - MARGIN_PX - radiusPx, random)
  const cy = between(MARGIN_PX + radiusPx, size.height - MARGIN_PX - radiusPx, random)
  const shape = blankShape(
    { x: Math.floor(cx) - reach, y: Math.floor(cy) - reach, width: 2 * reach + 1, height: 2 * reach + 1 },
    size,
  )
  const { boundsPx, strength } = shape
  const bulge = fractalNoise(boundsPx, bulgePx, 3, random.integer(1 << 30)).data
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  for (let p = 0; p < strength.length; p++) {
    const x = boundsPx.x + (p % boundsPx.width) + 0.5 - cx
    const y = boundsPx.y + Math.floor(p / boundsPx.width) + 0.5 - cy
    const distance = Math.hypot((x * cos + y * sin) * stretch, (y * cos - x * sin) / stretch)
    const inside = radiusPx * (1 + irregularity * bulge[p]!) - distance
    strength[p] = smoothStep(inside / edgePx + 0.5)
  }
  return shape
}

/** Points half a pixel apart; the heading drifts. Starts over from another place until the walk stays inside. */
function walkInside(size: Size, lengthPx: number, random: Random): { x: number; y: number }[] {
  const steps = Math.ceil(lengthPx * 2)
  for (let attempt = 0; ; attempt++) {
    const point = {
      x: between(MARGIN_PX, size.width - MARGIN_PX, random),
      y: between(MARGIN_PX, size.height - MARGIN_PX, random),
    }
    let heading = random.next() * 2 * Math.PI
    let turn = (random.next() - 0.5) * 0.012
    const walk = [{ ...point }]
    // Shorter with every attempt, so that a long stroke in a small picture ends too.
    const wanted = Math.max(20, Math.floor(steps * 0.97 ** attempt))
    while (walk.length < wanted && isInside(point, size)) {
      turn = 0.98 * turn + 0.0012 * random.normal()
      heading += turn
      point.x += 0.5 * Math.cos(heading)
      point.y += 0.5 * Math.sin(heading)
      walk.push({ ...point })
    }
    if (walk.length >= wanted) return walk
  }
}

function isInside({ x, y }: { x: number; y: number }, size: Size): boolean {
  return x > MARGIN_PX && y > MARGIN_PX && x < size.width - MARGIN_PX && y < size.height - MARGIN_PX
}

function blankShape(boundsPx: Box, size: Size): Shape {
  const clipped = clipBox(boundsPx, size) ?? { x: 0, y: 0, width: 1, height: 1 }
  return { boundsPx: clipped, strength: new Float32Array(clipped.width * clipped.height) }
}

function between(from: number, to: number, random: Random): number {
  return from + random.next() * (to - from)
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values)
}

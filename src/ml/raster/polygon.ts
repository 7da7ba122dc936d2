import type { Box, Size } from '../../core/geometry'
import type { Rle } from '../../core/raster'
import { createRunBuilder } from './runBuilder'
import { rleUnion } from './rleSets'

/**
 * Polygons to masks exactly as the COCO reference does it, so that a file drawn elsewhere has the same pixels here.
 * Rings are united: a ring inside a ring is not a hole.
 *
 * How: the outline is walked on a grid five times as fine. Where the walk passes the fine column that lies in the
 * middle of a pixel column, the pixel row there is a crossing. Sorted column-major, crossings 2i and 2i + 1 enclose a
 * run of ones; the end of the image closes the last one.
 */
const FINE = 5
/** Fine column FINE * x + CENTRE is the middle of pixel column x. */
const CENTRE = (FINE - 1) / 2

/** `rings`: [x0, y0, x1, y1, ...] each, pixel-edge coordinates, finite. Work grows with the outline's length. */
export function rleFromPolygons(rings: readonly (readonly number[])[], size: Size): Rle {
  if (rings.length === 0) return createRunBuilder(size).finish()
  if (rings.length === 1) return rleFromRing(rings[0]!, size)
  return rleUnion(rings.map((ring) => rleFromRing(ring, size)))
}

/** A box as the reference rasterises it: as the polygon of its corners. Fractional sides are rounded by that rule. */
export function rleFromBox(boxPx: Box, size: Size): Rle {
  const { x, y } = boxPx
  const right = x + boxPx.width
  const bottom = y + boxPx.height
  return rleFromPolygons([[x, y, x, bottom, right, bottom, right, y]], size)
}

/** Length of the outlines in fine steps, the measure of the work: refuse hostile coordinates by it. */
export function outlineSteps(rings: readonly (readonly number[])[]): number {
  let steps = 0
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const next = (i + 2) % ring.length
      steps += FINE * Math.max(Math.abs(ring[next]! - ring[i]!), Math.abs(ring[next + 1]! - ring[i + 1]!)) + 1
    }
  }
  return steps
}

function rleFromRing(ring: readonly number[], size: Size): Rle {
  const total = size.width * size.height
  const crossings = Float64Array.from(crossingsOf(ring, size)).sort()
  const runs = createRunBuilder(size)
  let inside: number | null = null
  for (const crossing of crossings) {
    if (inside === null) {
      inside = crossing
      continue
    }
    runs.add(inside, crossing)
    inside = null
  }
  if (inside !== null) runs.add(inside, total)
  return runs.finish()
}

/** Column-major indices (x * height + y) of the pixels before which the outline passes a column's middle. */
function crossingsOf(ring: readonly number[], size: Size): number[] {
  const crossings: number[] = []
  let lastU = Number.NaN
  let lastV = Number.NaN
  walkOutline(ring, (u, v) => {
    // A step between two fine columns is recorded on the left one. The first point has no step before it.
    const x = u === lastU ? -1 : (Math.min(u, lastU) - CENTRE) / FINE
    if (Number.isInteger(x) && x >= 0 && x <= size.width - 1) {
      const y = (Math.min(v, lastV) - CENTRE) / FINE
      crossings.push(x * size.height + Math.ceil(Math.min(Math.max(y, 0), size.height)))
    }
    lastU = u
    lastV = v
  })
  return crossings
}

/** Visits the points of the closed outline on the fine grid, one per step along each edge's longer axis. */
function walkOutline(ring: readonly number[], visit: (u: number, v: number) => void): void {
  // Half added and truncated toward zero: the reference's rounding, also for negative values.
  const fine = ring.map((value) => Math.trunc(FINE * value + 0.5))
  for (let i = 0; i < fine.length; i += 2) {
    const next = (i + 2) % fine.length
    const du = fine[next]! - fine[i]!
    const dv = fine[next + 1]! - fine[i + 1]!
    const steps = Math.max(Math.abs(du), Math.abs(dv))
    const isFlat = Math.abs(du) >= Math.abs(dv)
    // Every edge is computed from its lower end on the longer axis, so that both directions give the same points.
    const isReversed = isFlat ? du < 0 : dv < 0
    const origin = isReversed ? next : i
    // A repeated point is an edge of no length: it has no slope.
    const slope = steps === 0 ? 0 : (isFlat ? dv : du) / (isFlat ? du : dv)
    for (let step = 0; step <= steps; step++) {
      const along = isReversed ? steps - step : step
      const across = Math.trunc(fine[isFlat ? origin + 1 : origin]! + slope * along + 0.5)
      if (isFlat) visit(fine[origin]! + along, across)
      else visit(across, fine[origin + 1]! + along)
    }
  }
}

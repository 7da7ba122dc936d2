import { assert } from '../../core/assert'
import type { Rle } from '../../core/raster'
import { rleArea } from './rle'
import { createRunBuilder } from './runBuilder'

/** Pixels that are in every mask; at least one mask, all of one size. The result is canonical. */
export function rleIntersection(masks: readonly Rle[]): Rle {
  return combine(masks, (inA, inB) => inA && inB)
}

/** Pixels that are in any mask; at least one mask, all of one size. The result is canonical. */
export function rleUnion(masks: readonly Rle[]): Rle {
  return combine(masks, (inA, inB) => inA || inB)
}

/** Pixels of `a` that are not in `b`. */
export function rleDifference(a: Rle, b: Rle): Rle {
  return combine([a, b], (inA, inB) => inA && !inB)
}

/** |A and B| in pixels. */
export function rleIntersectionArea(a: Rle, b: Rle): number {
  let area = 0
  walkPair(a, b, (start, end, inA, inB) => {
    if (inA && inB) area += end - start
  })
  return area
}

/**
 * Intersection over union of two masks of one size. Two empty masks: 0, as in the COCO reference
 * (empty masks are never exported, so nothing hangs on it).
 */
export function rleIou(a: Rle, b: Rle): number {
  const shared = rleIntersectionArea(a, b)
  const union = rleArea(a) + rleArea(b) - shared
  return union === 0 ? 0 : shared / union
}

/** Pairs of neighbours, then pairs of pairs: n masks cost log n walks over all runs, not n. */
function combine(masks: readonly Rle[], rule: (inA: boolean, inB: boolean) => boolean): Rle {
  assert(masks.length > 0, 'a set operation needs a mask')
  let level = masks
  do {
    const next: Rle[] = []
    for (let i = 0; i < level.length; i += 2) {
      // A mask alone meets itself, so that the result is canonical.
      next.push(combinePair(level[i]!, level[i + 1] ?? level[i]!, rule))
    }
    level = next
  } while (level.length > 1)
  return level[0]!
}

function combinePair(a: Rle, b: Rle, rule: (inA: boolean, inB: boolean) => boolean): Rle {
  const runs = createRunBuilder(a)
  walkPair(a, b, (start, end, inA, inB) => {
    if (rule(inA, inB)) runs.add(start, end)
  })
  return runs.finish()
}

/** Visits the stretches on which both masks are constant, in order. */
function walkPair(
  a: Rle,
  b: Rle,
  visit: (start: number, end: number, inA: boolean, inB: boolean) => void,
): void {
  assert(a.width === b.width && a.height === b.height, 'masks of one image have one size')
  const total = a.width * a.height
  let indexA = 0
  let indexB = 0
  let endA = a.counts[0] ?? total
  let endB = b.counts[0] ?? total
  let position = 0
  while (position < total) {
    while (endA <= position && indexA + 1 < a.counts.length) endA += a.counts[++indexA]!
    while (endB <= position && indexB + 1 < b.counts.length) endB += b.counts[++indexB]!
    const end = Math.min(endA, endB)
    // Runs that do not fill the image break the contract of `Rle`; without this the loop would not end.
    assert(end > position, 'the runs of a mask fill its image')
    visit(position, end, indexA % 2 === 1, indexB % 2 === 1)
    position = end
  }
}

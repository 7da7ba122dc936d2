import type { Point } from '../../core/geometry'
import type { BinaryMask, ScoreMap } from '../../core/raster'
import { connectedComponents, type Component } from '../raster/components'
import type { Click } from './generator'

/** A click speaks for a disc of this share of the box's longer side: half of what is drawn for the embedded model. */
const DISC_SHARE = 0.025
const MINIMAL_DISC_PX = 1

/** A positive click pulls in what lies this near (share of the longer side) when the scores half believe in it. */
const REACH_SHARE = 0.1
const MINIMAL_REACH_PX = 3
const BELIEF_SHARE = 0.5

/**
 * What the person said, put into the scores, so that every mask made from them obeys. The model has seen the clicks
 * before; this only settles what its answer leaves open, click after click:
 *
 * - negative: the disc around it is background. So is the whole piece of mask under it, unless a positive click lies on
 *   that piece or it is more than half of the mask: then the person corrects an outline.
 * - positive: nothing to do when the mask reaches into its disc. Otherwise the scores above half the threshold
 *   that hang together with the disc join the mask, as far as a tenth of the box; where there are none, none.
 *
 * @param scores 0..1, 0 where no mask may be; not changed
 * @param clicks in the pixels of `scores`
 * @param boxLongPx longer side of the prompt box in the same pixels
 */
export function heedClicks(
  scores: ScoreMap,
  threshold: number,
  clicks: readonly Click[],
  boxLongPx: number,
): ScoreMap {
  if (clicks.length === 0) return scores
  const heeded = { ...scores, data: scores.data.slice() }
  const disc = Math.max(MINIMAL_DISC_PX, DISC_SHARE * boxLongPx)
  const reach = Math.max(MINIMAL_REACH_PX, REACH_SHARE * boxLongPx)
  clicks.forEach(({ pointPx, isPositive }, index) => {
    const earlier = clicks.slice(0, index).filter((click) => click.isPositive)
    if (isPositive) pullIn(heeded, threshold, pointPx, disc, reach)
    else takeOut(heeded, threshold, pointPx, disc, earlier)
  })
  return heeded
}

/** The pieces of a mask that positive clicks lie on: a person's word against any clean-up. */
export function clickedPieces(
  mask: BinaryMask,
  clicks: readonly Click[],
  boxLongPx: number,
): readonly Component[] {
  const disc = Math.max(MINIMAL_DISC_PX, DISC_SHARE * boxLongPx)
  const positive = clicks.filter((click) => click.isPositive)
  if (positive.length === 0) return []
  return connectedComponents(mask, 8).filter((piece) =>
    positive.some(({ pointPx }) => liesOn(piece, pointPx, disc)),
  )
}

/**
 * A clean-up fills small holes, but not those that a negative click made: within the discs of negative clicks the cleaned
 * mask keeps to what was thresholded.
 *
 * @param cleaned changed in place and returned
 * @param raw the mask before the clean-up, of the same size
 */
export function keepTakenOut(
  cleaned: BinaryMask,
  raw: BinaryMask,
  clicks: readonly Click[],
  boxLongPx: number,
): BinaryMask {
  const disc = Math.max(MINIMAL_DISC_PX, DISC_SHARE * boxLongPx)
  for (const { pointPx, isPositive } of clicks) {
    if (isPositive) continue
    forEachInDisc(cleaned, pointPx, disc, (p) => {
      cleaned.data[p]! &= raw.data[p]!
    })
  }
  return cleaned
}

function takeOut(
  scores: ScoreMap,
  threshold: number,
  point: Point,
  disc: number,
  positive: readonly Click[],
): void {
  const pieces = connectedComponents(above(scores, threshold), 8)
  const total = pieces.reduce((sum, piece) => sum + piece.areaPx, 0)
  for (const piece of pieces) {
    if (piece.areaPx > total / 2 || !liesOn(piece, point, disc)) continue
    if (positive.some(({ pointPx }) => liesOn(piece, pointPx, disc))) continue
    forEachPixel(piece, (x, y) => {
      scores.data[y * scores.width + x] = 0
    })
  }
  forEachInDisc(scores, point, disc, (p) => {
    scores.data[p] = 0
  })
}

function pullIn(scores: ScoreMap, threshold: number, point: Point, disc: number, reach: number): void {
  let isThere = false
  forEachInDisc(scores, point, disc, (p) => {
    isThere ||= scores.data[p]! > threshold
  })
  if (isThere) return
  const believed = above(scores, BELIEF_SHARE * threshold)
  const near = { ...believed, data: new Uint8Array(believed.data.length) }
  forEachInDisc(scores, point, reach, (p) => {
    near.data[p] = believed.data[p]!
  })
  // Well above the threshold, so that a drawing style that moves it a little keeps the person's word.
  const certain = (1 + threshold) / 2
  for (const piece of connectedComponents(near, 8)) {
    if (!liesOn(piece, point, disc)) continue
    forEachPixel(piece, (x, y) => {
      const p = y * scores.width + x
      scores.data[p] = Math.max(scores.data[p]!, certain)
    })
  }
}

function above({ width, height, data }: ScoreMap, threshold: number): BinaryMask {
  const limit = Math.fround(threshold)
  return { width, height, data: Uint8Array.from(data, (value) => (value > limit ? 1 : 0)) }
}

/** True when a pixel of the piece has its centre within the disc; a click's own pixel always counts. */
function liesOn({ boundsPx, mask }: Component, point: Point, disc: number): boolean {
  const { x: left, y: top } = boundsPx
  const local = { x: point.x - left, y: point.y - top }
  let found = false
  forEachInDisc(mask, local, disc, (p) => {
    found ||= mask.data[p] === 1
  })
  return found
}

function forEachPixel({ boundsPx, mask }: Component, visit: (x: number, y: number) => void): void {
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++)
      if (mask.data[y * mask.width + x] === 1) visit(boundsPx.x + x, boundsPx.y + y)
  }
}

/** Indices of the pixels with their centre within the disc, and of the pixel that holds the point itself. */
function forEachInDisc(
  { width, height }: { readonly width: number; readonly height: number },
  { x: centreX, y: centreY }: Point,
  radius: number,
  visit: (p: number) => void,
): void {
  for (let y = Math.max(0, Math.floor(centreY - radius)); y < Math.min(height, centreY + radius + 1); y++) {
    for (let x = Math.max(0, Math.floor(centreX - radius)); x < Math.min(width, centreX + radius + 1); x++) {
      const isWithin = (x + 0.5 - centreX) ** 2 + (y + 0.5 - centreY) ** 2 <= radius * radius
      const isItself = x === Math.floor(centreX) && y === Math.floor(centreY)
      if (isWithin || isItself) visit(y * width + x)
    }
  }
}

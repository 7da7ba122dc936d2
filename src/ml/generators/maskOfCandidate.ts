import type { Box, Point } from '../../core/geometry'
import { emptyMask, type BinaryMask, type ScoreMap } from '../../core/raster'
import { pixelsInside } from '../imaging/boxWindow'
import type { GridFrame } from '../imaging/gridFrame'
import { pasteMap } from '../imaging/pasteMap'
import { stabilityOf, tightnessOf } from '../quality'
import { cleanUpMask, isUnresolvedMask } from './cleanUp'
import { clickedPieces, heedClicks, keepTakenOut } from './heedClicks'
import type { AlternativeMask, Click } from './generator'
import type { RankedCandidate } from './rankedCandidate'

/** Thresholds this far below and above the chosen one are compared for the stability score. */
export const STABILITY_OFFSET = 0.1

/** A patch of more pixels is worked on at a coarser step, still finer than any answer: a box of 12,000 px a side must not need gigabytes. */
const MAXIMAL_PATCH_PIXELS = 1_000_000

/** Where a mask may be, and what it is judged by. Image pixels. */
export interface MaskRoom {
  readonly promptBoxPx: Box
  /** The prompt box and the margin by which a mask may leave it. */
  readonly grownPx: Box
  /** The patch: integer corners inside the image. */
  readonly boundsPx: Box
  readonly clicks: readonly Click[]
  readonly cleansUp: boolean
}

/**
 * A candidate as a mask of the patch: its map is resampled to pixels, the clicks are heeded, then comes the threshold,
 * then the clean-up. Patches of more than a million pixels are made at every second, third, ... pixel and enlarged;
 * they keep no evidence.
 *
 * @param frame the grid of `candidate.map`
 */
export function maskOfCandidate(candidate: RankedCandidate, frame: GridFrame, room: MaskRoom): MadeMask {
  const { boundsPx } = room
  const step = Math.ceil(Math.sqrt((boundsPx.width * boundsPx.height) / MAXIMAL_PATCH_PIXELS))
  if (step <= 1) return atFullSize(candidate, frame, room)
  const made = atFullSize(candidate, scaledFrame(frame, step), scaledRoom(room, step))
  return { ...made, mask: enlarged(made.mask, step, boundsPx), evidence: null }
}

type MadeMask = Pick<AlternativeMask, 'mask' | 'scores' | 'isUnresolved' | 'evidence'>

/** The candidate as thresholded, before any clean-up; not for patches that `maskOfCandidate` would make coarser. */
export function rawMaskOf(candidate: RankedCandidate, frame: GridFrame, room: MaskRoom): BinaryMask {
  const { scores } = scoresOf(candidate, frame, room)
  return thresholded(scores, candidate.threshold)
}

/** The map at the patch's pixels, 0 outside the grown box, with the clicks heeded. */
function scoresOf(candidate: RankedCandidate, frame: GridFrame, room: MaskRoom) {
  const { promptBoxPx, grownPx, boundsPx } = room
  const allowed = pixelsInside(grownPx, boundsPx)
  const pasted = pasteMap(candidate.map, frame, boundsPx)
  for (let p = 0; p < pasted.data.length; p++) if (allowed.data[p] === 0) pasted.data[p] = 0
  const clicks = room.clicks.map((click) => ({ ...click, pointPx: relativeTo(boundsPx, click.pointPx) }))
  const boxLongPx = Math.max(promptBoxPx.width, promptBoxPx.height)
  return { scores: heedClicks(pasted, candidate.threshold, clicks, boxLongPx), allowed, clicks, boxLongPx }
}

function atFullSize(candidate: RankedCandidate, frame: GridFrame, room: MaskRoom): MadeMask {
  const { promptBoxPx, boundsPx, cleansUp } = room
  const { threshold } = candidate
  const { scores, allowed, clicks, boxLongPx } = scoresOf(candidate, frame, room)
  const raw = thresholded(scores, threshold)
  const mask = cleansUp ? cleanedUp(raw, clicks, boxLongPx) : raw
  // A person who clicked on a tiny piece believes in it.
  const isPointedAt = clicks.some((click) => click.isPositive) && mask.data.includes(1)
  const isUnresolved = !isPointedAt && isUnresolvedMask(mask, promptBoxPx)
  return {
    mask: isUnresolved ? emptyMask(mask) : mask,
    scores: {
      predictedIou: candidate.predictedIou,
      stability: stabilityOf(scores, allowed, threshold, STABILITY_OFFSET),
      tightness: tightnessOf(mask, boundsPx, promptBoxPx),
    },
    isUnresolved,
    evidence: { scores, threshold },
  }
}

/** 1 where the score is above the threshold, in the precision of the scores. */
export function thresholded({ width, height, data }: ScoreMap, threshold: number): BinaryMask {
  const limit = Math.fround(threshold)
  const mask = emptyMask({ width, height })
  for (let p = 0; p < data.length; p++) if (data[p]! > limit) mask.data[p] = 1
  return mask
}

/** Specks and pinholes go, but for those that a person clicked at. */
function cleanedUp(raw: BinaryMask, clicks: readonly Click[], boxLongPx: number): BinaryMask {
  const cleaned = withPieces(cleanUpMask(raw), clickedPieces(raw, clicks, boxLongPx))
  return keepTakenOut(cleaned, raw, clicks, boxLongPx)
}

function withPieces(mask: BinaryMask, pieces: ReturnType<typeof clickedPieces>): BinaryMask {
  for (const { boundsPx, mask: piece } of pieces) {
    for (let y = 0; y < piece.height; y++) {
      for (let x = 0; x < piece.width; x++)
        mask.data[(boundsPx.y + y) * mask.width + boundsPx.x + x]! |= piece.data[y * piece.width + x]!
    }
  }
  return mask
}

function relativeTo(boundsPx: Box, { x, y }: Point): Point {
  return { x: x - boundsPx.x, y: y - boundsPx.y }
}

/** The same places in units of `step` pixels. */
function scaledBox({ x, y, width, height }: Box, step: number): Box {
  return { x: x / step, y: y / step, width: width / step, height: height / step }
}

function scaledFrame(frame: GridFrame, step: number): GridFrame {
  const { x, y, width, height } = scaledBox(
    { ...frame.originPx, width: frame.widthPx, height: frame.heightPx },
    step,
  )
  return { ...frame, originPx: { x, y }, widthPx: width, heightPx: height }
}

function scaledRoom(room: MaskRoom, step: number): MaskRoom {
  const bounds = scaledBox(room.boundsPx, step)
  return {
    ...room,
    promptBoxPx: scaledBox(room.promptBoxPx, step),
    grownPx: scaledBox(room.grownPx, step),
    boundsPx: { ...bounds, width: Math.ceil(bounds.width), height: Math.ceil(bounds.height) },
    clicks: room.clicks.map((click) => ({
      ...click,
      pointPx: { x: click.pointPx.x / step, y: click.pointPx.y / step },
    })),
  }
}

/** Every pixel of the patch takes the coarse pixel that it lies in. */
function enlarged(coarse: BinaryMask, step: number, size: Box): BinaryMask {
  const mask = emptyMask(size)
  for (let y = 0; y < mask.height; y++) {
    const from = Math.floor(y / step) * coarse.width
    for (let x = 0; x < mask.width; x++)
      mask.data[y * mask.width + x] = coarse.data[from + Math.floor(x / step)]!
  }
  return mask
}

import { intersectBoxes } from '../../core/geometry'
import type { Box } from '../../core/geometry'
import type { Rle } from '../../core/raster'
import { rleArea, rleBounds } from '../raster/rle'
import { rleIntersectionArea } from '../raster/rleSets'

export interface CocoTruth {
  /** Place of the image in ascending order of image ids, and of the class likewise. */
  readonly imageIndex: number
  readonly classIndex: number
  readonly rle: Rle
  /** The file's `area` field; it decides the size range. */
  readonly areaPx: number
  /** Detections inside are neither right nor wrong. */
  readonly isCrowd: boolean
}

export interface CocoDetection {
  readonly imageIndex: number
  readonly classIndex: number
  readonly rle: Rle
  readonly score: number
}

/** numpy's linspace(.5, .95, 10), digit for digit: 0.5 + 0.05 i differs at two places. */
export const IOU_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95] as const

/** Bounds are inclusive on both sides. */
export const AREA_RANGES = [
  { id: 'all', from: 0, to: 1e10 },
  { id: 'small', from: 0, to: 1024 },
  { id: 'medium', from: 1024, to: 9216 },
  { id: 'large', from: 9216, to: 1e10 },
] as const

const MAX_DETECTIONS = 100

/** One image and class: detections by descending score (ties in file order), the truth in file order, their IoU. */
export interface MatchGroup {
  readonly truths: readonly CocoTruth[]
  readonly scores: readonly number[]
  readonly detectionAreasPx: readonly number[]
  /** `iou[d][g]`; for a crowd the denominator is the detection's area. */
  readonly iou: readonly Float64Array[]
}

/** The outcome of one group in one area range. */
export interface MatchResult {
  /** Truth that counts. */
  readonly truthCount: number
  readonly scores: readonly number[]
  /** Per threshold, one byte per detection. */
  readonly isMatched: readonly Uint8Array[]
  readonly isIgnored: readonly Uint8Array[]
}

export function createMatchGroup(
  truths: readonly CocoTruth[],
  detections: readonly CocoDetection[],
): MatchGroup {
  const best = [...detections].sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS)
  const measuredTruths = truths.map(measure)
  const measured = best.map(measure)
  return {
    truths,
    scores: best.map(({ score }) => score),
    detectionAreasPx: measured.map(({ areaPx }) => areaPx),
    iou: measured.map((detection) =>
      Float64Array.from(measuredTruths, (truth, g) => overlap(detection, truth, truths[g]!.isCrowd)),
    ),
  }
}

interface Measured {
  readonly rle: Rle
  readonly areaPx: number
  readonly box: Box
}

function measure({ rle }: { readonly rle: Rle }): Measured {
  return { rle, areaPx: rleArea(rle), box: rleBounds(rle) }
}

function overlap(detection: Measured, truth: Measured, isCrowd: boolean): number {
  if (intersectBoxes(detection.box, truth.box) === null) return 0
  const shared = rleIntersectionArea(detection.rle, truth.rle)
  return shared / (isCrowd ? detection.areaPx : detection.areaPx + truth.areaPx - shared)
}

/**
 * Greedy matching as the reference does it (metrics.md §3.1): detections in order of score take the free truth of
 * highest IoU; truth that counts goes before ignored truth; of equal IoU the later truth wins; a crowd stays free.
 */
export function matchGroup(
  group: MatchGroup,
  range: { readonly from: number; readonly to: number },
): MatchResult {
  const isOutside = (areaPx: number) => areaPx < range.from || areaPx > range.to
  const isTruthIgnored = group.truths.map((truth) => truth.isCrowd || isOutside(truth.areaPx))
  const places = isTruthIgnored.map((_, g) => g)
  const order = [...places.filter((g) => !isTruthIgnored[g]), ...places.filter((g) => isTruthIgnored[g])]
  const count = group.scores.length
  const isMatched: Uint8Array[] = []
  const isIgnored: Uint8Array[] = []
  for (const threshold of IOU_THRESHOLDS) {
    const matched = new Uint8Array(count)
    const ignored = new Uint8Array(count)
    const taken = new Uint8Array(group.truths.length)
    for (let d = 0; d < count; d++) {
      let best = Math.min(threshold, 1 - 1e-10)
      let match = -1
      for (const g of order) {
        if (taken[g] === 1 && !group.truths[g]!.isCrowd) continue
        if (match >= 0 && !isTruthIgnored[match] && isTruthIgnored[g]) break
        if (group.iou[d]![g]! < best) continue
        best = group.iou[d]![g]!
        match = g
      }
      if (match >= 0) {
        taken[match] = 1
        matched[d] = 1
        ignored[d] = isTruthIgnored[match] ? 1 : 0
      } else if (isOutside(group.detectionAreasPx[d]!)) ignored[d] = 1
    }
    isMatched.push(matched)
    isIgnored.push(ignored)
  }
  return {
    truthCount: isTruthIgnored.filter((value) => !value).length,
    scores: group.scores,
    isMatched,
    isIgnored,
  }
}

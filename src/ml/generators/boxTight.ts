import { boxIou, type Box } from '../../core/geometry'
import { boxChannel } from '../imaging/boxChannel'
import { emptyMask, type BinaryMask } from '../../core/raster'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { dilateBox, pixelsInside } from '../imaging/boxWindow'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { otsuInBox } from '../imaging/otsu'
import { maskBounds } from '../quality'
import { sigmoid } from '../sigmoid'
import type { MaskCalibration } from './generator'

/** One map of an answer, with where it lies and how its model wants it read. */
export interface CropLogits {
  readonly frame: GridFrame
  /** (rows, columns) row-major. */
  readonly logits: Float32Array
  readonly calibration: MaskCalibration
}

/**
 * From a segmenter's answer to a map and its threshold: training/README.md, "Calibration".
 *
 * Out of its training domain the network knows better where a defect is than how far it reaches. A tight box says how
 * far: of all thresholds take the one whose mask spans the box. Everything here is on the crop's grid.
 */

export const OTSU_BINS = 64

/** Candidates t = k / 40, k = 2..38. */
const CANDIDATES: readonly number[] = Array.from({ length: 37 }, (_, i) => (i + 2) / 40)

/** The grown box must reach at least this far beyond the box, in pixels of whatever grid. */
export const MINIMAL_DILATION_PX = 1

/**
 * networkWeight * P + otsuWeight * blurred Otsu-in-box, (rows, columns), 0..1.
 *
 * @param luminance (rows, columns) of the crop, 0..1, not standardised
 */
export function fusedMap(answer: CropLogits, luminance: Float32Array, boxPx: Box): Float32Array {
  const { frame, logits, calibration } = answer
  const { columns, rows } = frame
  const fused = new Float32Array(columns * rows)
  for (let p = 0; p < fused.length; p++) fused[p] = calibration.networkWeight * sigmoid(logits[p]!)
  if (calibration.otsuWeight === 0) return fused
  const inside = { width: columns, height: rows, data: Uint8Array.from(boxChannel(frame, boxPx)) }
  const otsu = otsuInBox(luminance, inside, OTSU_BINS)
  const evidence = gaussianBlur({ ...otsu, data: Float32Array.from(otsu.data) }, calibration.blurPx)
  for (let p = 0; p < fused.length; p++) fused[p]! += calibration.otsuWeight * evidence.data[p]!
  return fused
}

/**
 * The candidate with the best score: agreement of the mask's bounding box with the prompt box, times the expected IoU
 * to the power `iouExponent`. Among scores within 1e-9 the one nearest to 0.5, then the lower. A map without any
 * mask gives 0.5.
 *
 * @param minimalThreshold lower candidates are out: they let a loose box talk the mask into filling it
 */
export function boxTightThreshold(
  map: Float32Array,
  { frame, calibration }: Pick<CropLogits, 'frame' | 'calibration'>,
  boxPx: Box,
  minimalThreshold = 0,
): number {
  const box = boxToGrid(frame, boxPx)
  const allowed = grownBox(frame, calibration, boxPx)
  let total = 0
  for (let p = 0; p < map.length; p++) if (allowed.data[p] === 1) total += map[p]!
  const scores = CANDIDATES.map((threshold) =>
    threshold < minimalThreshold - 1e-9 ? -1 : scoreOf(map, threshold),
  )
  const best = Math.max(...scores)
  let chosen = 0.5
  let distance = Infinity
  for (let i = 0; i < CANDIDATES.length; i++) {
    const candidate = CANDIDATES[i]!
    if (scores[i]! < best - 1e-9 || Math.abs(candidate - 0.5) >= distance) continue
    chosen = candidate
    distance = Math.abs(candidate - 0.5)
  }
  return chosen

  /** -1 for an empty mask. */
  function scoreOf(values: Float32Array, threshold: number): number {
    const mask = emptyMask({ width: frame.columns, height: frame.rows })
    const limit = Math.fround(threshold)
    let area = 0
    let within = 0
    for (let p = 0; p < values.length; p++) {
      if (allowed.data[p] === 0 || values[p]! <= limit) continue
      mask.data[p] = 1
      area++
      within += values[p]!
    }
    const bounds = maskBounds(mask)
    if (bounds === null) return -1
    const expectedIou = within / (area + total - within)
    return boxIou(bounds, box) * expectedIou ** calibration.iouExponent
  }
}

/**
 * The box of a crack is decided by its two ends and says nothing about its width: when the mask above 0.5 covers less
 * than `sparseFill` of the grown box (empty included), its threshold is `sparseThreshold` instead of the box's choice.
 */
export function isSparse(
  map: Float32Array,
  { frame, calibration }: Pick<CropLogits, 'frame' | 'calibration'>,
  boxPx: Box,
): boolean {
  const allowed = grownBox(frame, calibration, boxPx)
  let area = 0
  let room = 0
  for (let p = 0; p < map.length; p++) {
    if (allowed.data[p] === 0) continue
    room++
    if (map[p]! > 0.5) area++
  }
  return area < calibration.sparseFill * room
}

/** Where a mask may be: the grid's pixels inside the grown box. */
export function grownBox(frame: GridFrame, calibration: MaskCalibration, boxPx: Box): BinaryMask {
  const grown = dilateBox(boxToGrid(frame, boxPx), calibration.keepInsideBoxDilated, MINIMAL_DILATION_PX)
  return pixelsInside(grown, gridWindow(frame))
}

function gridWindow({ columns, rows }: GridFrame): Box {
  return { x: 0, y: 0, width: columns, height: rows }
}

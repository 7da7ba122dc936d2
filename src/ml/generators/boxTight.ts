import { boxIou, type Box } from '../../core/geometry'
import { boxChannel } from '../imaging/boxChannel'
import type { BinaryMask } from '../../core/raster'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { dilateBox, pixelsInside } from '../imaging/boxWindow'
import { gaussianBlur } from '../imaging/gaussianBlur'
import { otsuInBox } from '../imaging/otsu'
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

/** The same in single precision, as they are compared with maps. */
const LIMITS = Float32Array.from(CANDIDATES)

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
  const layers = thresholdLayers(map, grownBox(frame, calibration, boxPx))
  const scores = CANDIDATES.map((threshold, i) => {
    const { area, within, bounds } = layers.above[i]!
    if (bounds === null || threshold < minimalThreshold - 1e-9) return -1
    const expectedIou = within / (area + layers.total - within)
    return boxIou(bounds, box) * expectedIou ** calibration.iouExponent
  })
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
}

interface Layer {
  area: number
  /** Sum of the map inside the mask. */
  within: number
  /** Outer pixel edges; null for an empty mask. */
  bounds: Box | null
}

/** The masks of all candidate thresholds in one pass over the allowed pixels, and the sum of the map over these. */
function thresholdLayers(map: Float32Array, allowed: BinaryMask): { above: readonly Layer[]; total: number } {
  const count = LIMITS.length
  const area = new Float64Array(count)
  const within = new Float64Array(count)
  const left = new Float64Array(count).fill(Infinity)
  const right = new Float64Array(count).fill(-Infinity)
  const top = new Float64Array(count).fill(Infinity)
  const bottom = new Float64Array(count).fill(-Infinity)
  let total = 0
  for (let v = 0; v < allowed.height; v++) {
    for (let u = 0; u < allowed.width; u++) {
      const p = v * allowed.width + u
      if (allowed.data[p] === 0) continue
      const value = map[p]!
      total += value
      const highest = highestBelow(value)
      if (highest < 0) continue
      area[highest]! += 1
      within[highest]! += value
      if (u < left[highest]!) left[highest] = u
      if (u > right[highest]!) right[highest] = u
      if (v < top[highest]!) top[highest] = v
      if (v > bottom[highest]!) bottom[highest] = v
    }
  }
  const above: Layer[] = Array.from({ length: count }, () => ({ area: 0, within: 0, bounds: null }))
  let sum = { area: 0, within: 0, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  for (let i = count - 1; i >= 0; i--) {
    sum = {
      area: sum.area + area[i]!,
      within: sum.within + within[i]!,
      left: Math.min(sum.left, left[i]!),
      right: Math.max(sum.right, right[i]!),
      top: Math.min(sum.top, top[i]!),
      bottom: Math.max(sum.bottom, bottom[i]!),
    }
    const size = { width: sum.right - sum.left + 1, height: sum.bottom - sum.top + 1 }
    const bounds = sum.area === 0 ? null : { x: sum.left, y: sum.top, ...size }
    above[i] = { area: sum.area, within: sum.within, bounds }
  }
  return { above, total }
}

/** Index of the highest candidate threshold that a value exceeds, -1 for none. */
function highestBelow(value: number): number {
  let index = Math.min(Math.max(Math.floor(value * 40) - 2, -1), LIMITS.length - 1)
  while (index >= 0 && value <= LIMITS[index]!) index--
  while (index + 1 < LIMITS.length && value > LIMITS[index + 1]!) index++
  return index
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

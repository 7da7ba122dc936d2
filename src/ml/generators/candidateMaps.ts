import type { Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import type { CandidateChoice } from '../candidateScorer'
import { pixelsInside } from '../imaging/boxWindow'
import { boxToGrid, type GridFrame } from '../imaging/gridFrame'
import { grownBox } from './boxTight'
import type { MaskCalibration } from './generator'

/** The calibration of a model whose candidates are ranked by a scorer. */
export type ChoosingCalibration = MaskCalibration & { readonly choice: CandidateChoice }

/**
 * Maps that the candidates are cut from: what the network says, corrected by this very picture's grey values and edges.
 * Twin of training/candidates.py. All maps are (rows, columns) row-major on the answer's grid, 0..1.
 */

const HISTOGRAM_BINS = 32
const HISTOGRAM_SMOOTHING = [0.06, 0.24, 0.4, 0.24, 0.06]
const RATIO_LIMIT = 4
const PROBABILITY_FLOOR = 1e-4
const STD_FLOOR = 0.02
const MINIMAL_OUTSIDE_PX = 16

/** Population standard deviation of the luminance outside the box (everywhere when fewer than 16 pixels are), at least 0.02. */
function surfaceSpread(luminance: Float32Array, inside: BinaryMask): number {
  const outside = luminance.filter((_, p) => inside.data[p] === 0)
  const values = outside.length >= MINIMAL_OUTSIDE_PX ? outside : luminance
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return Math.max(Math.sqrt(squares / values.length), STD_FLOOR)
}

/**
 * The network's odds times what the grey values of this picture say, both judged by the network itself: histograms (32
 * equal bins over the grid's range) of the allowed pixels, weighted once by P and once by 1 - P, smoothed, normalised,
 * plus 1e-3. Their log ratio, clipped to +-4, is added to the logit of P. One step of what GrabCut iterates (Rother,
 * Kolmogorov, Blake 2004), without its graph cut.
 */
function adaptedMap(
  probability: Float32Array,
  luminance: Float32Array,
  allowed: BinaryMask,
  weight: number,
): Float32Array {
  let low = Infinity
  let high = -Infinity
  for (const value of luminance) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high <= low || !allowed.data.includes(1)) return probability.slice()
  const defect = new Float64Array(HISTOGRAM_BINS)
  const surface = new Float64Array(HISTOGRAM_BINS)
  const bins = new Uint8Array(luminance.length)
  for (let p = 0; p < bins.length; p++) {
    const share = (luminance[p]! - low) / (high - low)
    bins[p] = Math.min(Math.floor(share * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)
    if (allowed.data[p] === 0) continue
    defect[bins[p]!]! += probability[p]!
    surface[bins[p]!]! += 1 - probability[p]!
  }
  const defectShare = smoothShares(defect)
  const surfaceShare = smoothShares(surface)
  const ratio = defectShare.map((share, bin) =>
    Math.min(Math.max(Math.log(share / surfaceShare[bin]!), -RATIO_LIMIT), RATIO_LIMIT),
  )
  return probability.map((value, p) => {
    const clipped = Math.min(Math.max(value, PROBABILITY_FLOOR), 1 - PROBABILITY_FLOOR)
    const logit = Math.log(clipped / (1 - clipped)) + weight * ratio[bins[p]!]!
    return 1 / (1 + Math.exp(-logit))
  })
}

/** Smoothed with repeated ends, normalised to 1, plus 1e-3. */
function smoothShares(counts: Float64Array): Float64Array {
  const radius = HISTOGRAM_SMOOTHING.length >> 1
  const smooth = counts.map((_, bin) =>
    HISTOGRAM_SMOOTHING.reduce((sum, weight, k) => {
      const at = Math.min(Math.max(bin + k - radius, 0), counts.length - 1)
      return sum + weight * counts[at]!
    }, 0),
  )
  const total = Math.max(
    smooth.reduce((sum, value) => sum + value, 0),
    1e-6,
  )
  return smooth.map((value) => value / total + 1e-3)
}

/**
 * Guided filter: the map with its edges moved to the picture's. He, Sun, Tang, "Guided Image Filtering" (2010), with the
 * luminance over the spread of the surface as the guide.
 */
function guidedMap(
  map: Float32Array,
  luminance: Float32Array,
  grid: Pick<GridFrame, 'columns' | 'rows'>,
  spread: number,
  { guideRadiusPx, guideEpsilon }: Pick<CandidateChoice, 'guideRadiusPx' | 'guideEpsilon'>,
): Float32Array {
  const guide = new Float64Array(luminance.length)
  for (let p = 0; p < guide.length; p++) guide[p] = luminance[p]! / spread
  const average = (values: Float64Array): Float64Array => boxMean(values, grid, guideRadiusPx)
  const guideMean = average(guide)
  const mean = average(new Float64Array(map))
  const together = average(guide.map((value, p) => value * map[p]!))
  const squares = average(guide.map((value) => value * value))
  const slope = together.map(
    (value, p) =>
      (value - guideMean[p]! * mean[p]!) / (squares[p]! - guideMean[p]! * guideMean[p]! + guideEpsilon),
  )
  const offset = average(slope.map((value, p) => mean[p]! - value * guideMean[p]!))
  const slopeMean = average(slope)
  const guided = new Float32Array(guide.length)
  for (let p = 0; p < guided.length; p++) {
    guided[p] = Math.min(Math.max(slopeMean[p]! * guide[p]! + offset[p]!, 0), 1)
  }
  return guided
}

/** Mean over (2 radius + 1)^2 pixels, edges repeated. */
function boxMean(
  values: Float64Array,
  { columns, rows }: Pick<GridFrame, 'columns' | 'rows'>,
  radius: number,
): Float64Array {
  const lines = meanOfLines(values, { length: rows, step: columns, count: columns, stride: 1 }, radius)
  return meanOfLines(lines, { length: columns, step: 1, count: rows, stride: columns }, radius)
}

function meanOfLines(
  values: Float64Array,
  lines: { readonly length: number; readonly step: number; readonly count: number; readonly stride: number },
  radius: number,
): Float64Array {
  const { length, step, count, stride } = lines
  const means = new Float64Array(values.length)
  for (let line = 0; line < count; line++) {
    const start = line * stride
    const at = (i: number): number => values[start + Math.min(Math.max(i, 0), length - 1) * step]!
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += at(i)
    for (let i = 0; i < length; i++) {
      means[start + i * step] = sum / (2 * radius + 1)
      sum += at(i + radius + 1) - at(i - radius)
    }
  }
  return means
}

/** 0.5 on the outline of the box, rising by 1 per grid pixel inwards: cut anywhere, it gives the box. */
export function boxRamp(frame: GridFrame, boxPx: Box): Float32Array {
  const { x, y, width, height } = boxToGrid(frame, boxPx)
  const ramp = new Float32Array(frame.columns * frame.rows)
  for (let v = 0; v < frame.rows; v++) {
    const depthY = Math.min(v + 0.5 - y, y + height - v - 0.5)
    for (let u = 0; u < frame.columns; u++) {
      const depth = Math.min(u + 0.5 - x, x + width - u - 0.5, depthY)
      ramp[v * frame.columns + u] = Math.min(Math.max(0.5 + depth, 0), 1)
    }
  }
  return ramp
}

/** What the candidates of one answer share. */
export interface Evidence {
  /** The box, and the box with the margin by which a mask may leave it. */
  readonly inside: BinaryMask
  readonly allowed: BinaryMask
  /** See `surfaceSpread`. */
  readonly spread: number
  readonly adapted: Float32Array
  readonly guided: Float32Array
  /** Mean of the adapted and the guided map. */
  readonly refined: Float32Array
}

export function evidenceOf(
  probability: Float32Array,
  luminance: Float32Array,
  frame: GridFrame,
  calibration: ChoosingCalibration,
  boxPx: Box,
): Evidence {
  const { choice } = calibration
  const inside = pixelsInside(boxToGrid(frame, boxPx), {
    x: 0,
    y: 0,
    width: frame.columns,
    height: frame.rows,
  })
  const allowed = grownBox(frame, calibration, boxPx)
  const spread = surfaceSpread(luminance, inside)
  const adapted = adaptedMap(probability, luminance, allowed, choice.adaptWeight)
  const guided = guidedMap(adapted, luminance, frame, spread, choice)
  const refined = adapted.map((value, p) => (value + guided[p]!) / 2)
  return { inside, allowed, spread, adapted, guided, refined }
}

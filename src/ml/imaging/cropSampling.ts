import { assert } from '../../core/assert'
import type { RgbaImage } from '../../core/raster'
import type { GridFrame } from './gridFrame'

/**
 * Taps of one axis of a resampling: output position i reads `count[i]` source pixels from `pixel[offset[i]]` on,
 * each with its weight; the weights of one position sum to 1.
 */
interface AxisTaps {
  readonly offset: Int32Array
  readonly count: Int32Array
  readonly pixel: Int32Array
  readonly weight: Float64Array
}

/**
 * The rule of the embedded model's recipe (training/preprocess.py, `area_weights`).
 *
 * step <= 1 (enlarging): linear interpolation at the half-pixel centre start + (i + 0.5) * step.
 * step > 1 (shrinking): the mean over [start + i * step, start + (i + 1) * step], pixels at its ends counted by
 * their covered share. Positions outside the image take the edge pixel.
 */
function axisTaps(positions: number, start: number, step: number, size: number): AxisTaps {
  const offset = new Int32Array(positions)
  const count = new Int32Array(positions)
  const pixel: number[] = []
  const weight: number[] = []
  const clamp = (p: number): number => Math.min(Math.max(p, 0), size - 1)
  for (let i = 0; i < positions; i++) {
    offset[i] = pixel.length
    if (step <= 1) {
      const centre = start + (i + 0.5) * step - 0.5
      const left = Math.floor(centre)
      const share = centre - left
      pixel.push(clamp(left), clamp(left + 1))
      weight.push(1 - share, share)
    } else {
      const low = start + i * step
      const high = start + (i + 1) * step
      for (let p = Math.floor(low); p < Math.ceil(high); p++) {
        const covered = Math.min(high, p + 1) - Math.max(low, p)
        if (covered <= 0) continue
        pixel.push(clamp(p))
        weight.push(covered / step)
      }
    }
    count[i] = pixel.length - offset[i]!
  }
  return { offset, count, pixel: Int32Array.from(pixel), weight: Float64Array.from(weight) }
}

/**
 * Samples a rectangle of an image: (3, rows, columns) float32, red, green and blue planes, 0..255. Alpha is not read.
 * Sums run in double precision; columns first, then rows.
 */
export function sampleCrop(image: RgbaImage, frame: GridFrame): Float32Array<ArrayBuffer> {
  assert(image.width > 0 && image.height > 0, 'a crop needs a picture with pixels')
  const { originPx } = frame
  const columns = axisTaps(frame.columns, originPx.x, frame.widthPx / frame.columns, image.width)
  const rows = axisTaps(frame.rows, originPx.y, frame.heightPx / frame.rows, image.height)
  const plane = frame.columns * frame.rows
  const sums = new Float64Array(3 * plane)
  // Every image row is reduced to `columns` once, although neighbouring output rows may share it.
  const reducedRows = new Map<number, Float64Array>()
  let lastRow = -1
  for (let v = 0; v < frame.rows; v++) {
    const first = rows.offset[v]!
    for (let t = first; t < first + rows.count[v]!; t++) {
      const y = rows.pixel[t]!
      let reduced = reducedRows.get(y)
      if (reduced === undefined) {
        reduced = reduceRow(image, y, columns, frame.columns)
        reducedRows.set(y, reduced)
      }
      const weight = rows.weight[t]!
      for (let channel = 0; channel < 3; channel++) {
        const from = channel * frame.columns
        const to = channel * plane + v * frame.columns
        for (let u = 0; u < frame.columns; u++) sums[to + u]! += weight * reduced[from + u]!
      }
      lastRow = Math.max(lastRow, y)
    }
    // Rows above the last one read are not needed again: positions only move down.
    for (const y of reducedRows.keys()) if (y < lastRow - 1) reducedRows.delete(y)
  }
  return Float32Array.from(sums)
}

/** One image row -> (3, side) sums over the column taps. */
function reduceRow(image: RgbaImage, y: number, columns: AxisTaps, side: number): Float64Array {
  const reduced = new Float64Array(3 * side)
  const row = y * image.width
  for (let u = 0; u < side; u++) {
    const first = columns.offset[u]!
    const end = first + columns.count[u]!
    let red = 0
    let green = 0
    let blue = 0
    for (let t = first; t < end; t++) {
      const at = (row + columns.pixel[t]!) * 4
      const weight = columns.weight[t]!
      red += weight * image.data[at]!
      green += weight * image.data[at + 1]!
      blue += weight * image.data[at + 2]!
    }
    reduced[u] = red
    reduced[side + u] = green
    reduced[2 * side + u] = blue
  }
  return reduced
}

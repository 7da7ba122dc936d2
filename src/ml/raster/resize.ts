import type { Size } from '../../core/geometry'
import type { BinaryMask, LabelMap, RgbaImage, ScoreMap } from '../../core/raster'

/**
 * Resizing in the half-pixel frame: the centre of output pixel o lies at (o + 0.5) * from / to in input pixel edges
 * (PyTorch's `align_corners=False`). Nothing shifts by half a pixel, whatever the factor.
 */

/** For each output index its first input index and the weights of the inputs from there on; weights sum to 1. */
interface LineWeights {
  readonly starts: Int32Array
  readonly weights: readonly Float32Array[]
}

/** Bilinear, two samples an axis also when shrinking: for logits and probabilities. Threshold after this, not before. */
export function resizeScores(map: ScoreMap, to: Size): ScoreMap {
  const columns = bilinearWeights(map.width, to.width)
  const rows = bilinearWeights(map.height, to.height)
  return { width: to.width, height: to.height, data: resample(map.data, 1, map, columns, rows) }
}

/** Nearest centre: class indices are never mixed. */
export function resizeLabels<T extends LabelMap | BinaryMask>(map: T, to: Size): LabelMap {
  const data = new Uint8Array(to.width * to.height)
  const columns = nearestIndices(map.width, to.width)
  const rows = nearestIndices(map.height, to.height)
  for (let y = 0; y < to.height; y++) {
    const rowStart = rows[y]! * map.width
    for (let x = 0; x < to.width; x++) data[y * to.width + x] = map.data[rowStart + columns[x]!]!
  }
  return { width: to.width, height: to.height, data }
}

/** Along each axis: mean over the covered area when shrinking (no aliasing), bilinear when enlarging. */
export function resizeRgba(image: RgbaImage, to: Size): RgbaImage {
  const columns = pictureWeights(image.width, to.width)
  const rows = pictureWeights(image.height, to.height)
  // Uint8ClampedArray rounds to the nearest integer.
  const data = new Uint8ClampedArray(resample(image.data, 4, image, columns, rows))
  return { width: to.width, height: to.height, data }
}

/** Input index nearest to each output centre: floor((o + 0.5) * from / to). */
export function nearestIndices(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, o) => Math.min(from - 1, Math.floor(((o + 0.5) * from) / to)))
}

function pictureWeights(from: number, to: number): LineWeights {
  return to < from ? areaWeights(from, to) : bilinearWeights(from, to)
}

/** s = max((o + 0.5) * from / to - 0.5, 0), weights 1 - frac(s) and frac(s); the last pixel repeats at the edge. */
function bilinearWeights(from: number, to: number): LineWeights {
  const starts = new Int32Array(to)
  const weights: Float32Array[] = []
  for (let o = 0; o < to; o++) {
    const source = Math.max(((o + 0.5) * from) / to - 0.5, 0)
    const start = Math.min(Math.floor(source), from - 1)
    const fraction = source - start
    starts[o] = start
    weights.push(start === from - 1 ? Float32Array.of(1) : Float32Array.of(1 - fraction, fraction))
  }
  return { starts, weights }
}

/** Output pixel o covers o * from / to .. (o + 1) * from / to; each input counts by the covered part. */
function areaWeights(from: number, to: number): LineWeights {
  const scale = from / to
  const starts = new Int32Array(to)
  const weights: Float32Array[] = []
  for (let o = 0; o < to; o++) {
    const begin = o * scale
    const end = Math.min((o + 1) * scale, from)
    const start = Math.floor(begin)
    const count = Math.max(1, Math.ceil(end - 1e-9) - start)
    starts[o] = start
    const covered = Float32Array.from({ length: count }, (_, i) =>
      Math.max(0, Math.min(end, start + i + 1) - Math.max(begin, start + i)),
    )
    const sum = covered.reduce((total, part) => total + part, 0)
    weights.push(covered.map((part) => part / sum))
  }
  return { starts, weights }
}

/** (H, W, C) -> (to H, to W, C): first along the rows, then down the columns. */
function resample(
  data: Float32Array | Uint8ClampedArray,
  channels: number,
  from: Size,
  columns: LineWeights,
  rows: LineWeights,
): Float32Array<ArrayBuffer> {
  const width = columns.weights.length
  const height = rows.weights.length
  const narrowed = new Float32Array(from.height * width * channels) // (H, to W, C)
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < width; x++) {
      const lineWeights = columns.weights[x]!
      const source = (y * from.width + columns.starts[x]!) * channels
      const target = (y * width + x) * channels
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let i = 0; i < lineWeights.length; i++) sum += lineWeights[i]! * data[source + i * channels + c]!
        narrowed[target + c] = sum
      }
    }
  }
  const rowLength = width * channels
  const result = new Float32Array(height * rowLength) // (to H, to W, C)
  for (let y = 0; y < height; y++) {
    const lineWeights = rows.weights[y]!
    for (let i = 0; i < lineWeights.length; i++) {
      const weight = lineWeights[i]!
      const source = (rows.starts[y]! + i) * rowLength
      for (let k = 0; k < rowLength; k++) result[y * rowLength + k]! += weight * narrowed[source + k]!
    }
  }
  return result
}

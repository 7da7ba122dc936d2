import type { Size } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'

/**
 * The resize that promptable segmenters were trained with: Pillow's `BILINEAR`, to the bit (libImaging/Resample.c).
 * A triangle filter around each output centre, half-pixel frame, widened by the factor when shrinking (so nothing
 * aliases); along the rows first, rounded to 8 bits, then down the columns.
 */

/** Weights are whole numbers in units of 2^-22, as Pillow's are. */
const PRECISION_BITS = 22
const HALF = 1 << (PRECISION_BITS - 1)

/** Output position o reads `count[o]` inputs from `start[o]` on, with the weights from o * `taps` on. */
interface TriangleTaps {
  readonly start: Int32Array
  readonly count: Int32Array
  readonly taps: number
  readonly weight: Int32Array
}

function triangleTaps(from: number, to: number): TriangleTaps {
  const scale = from / to
  const support = Math.max(scale, 1) // half the width of the triangle, in input pixels
  const taps = Math.ceil(support) * 2 + 1
  const start = new Int32Array(to)
  const count = new Int32Array(to)
  const weight = new Int32Array(to * taps)
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(from, Math.trunc(centre + support + 0.5))
    const heights = Array.from({ length: end - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i - centre + 0.5) / support)),
    )
    const sum = heights.reduce((total, height) => total + height, 0)
    start[o] = first
    count[o] = end - first
    heights.forEach((height, i) => {
      weight[o * taps + i] = Math.trunc((height / sum) * (1 << PRECISION_BITS) + 0.5)
    })
  }
  return { start, count, taps, weight }
}

/** Red, green and blue planes, (3, to.height, to.width), 0..255. Alpha is not read. */
export function resizeRgbPlanes(image: RgbaImage, to: Size): Uint8Array<ArrayBuffer> {
  const narrowed = narrowRows(image, to.width)
  return shortenColumns(narrowed, { width: to.width, height: image.height }, to.height)
}

/** (H, W, 4) -> (3, H, width). */
function narrowRows(image: RgbaImage, width: number): Uint8Array<ArrayBuffer> {
  const { start, count, taps, weight } = triangleTaps(image.width, width)
  const plane = width * image.height
  const out = new Uint8Array(3 * plane)
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      let red = HALF
      let green = HALF
      let blue = HALF
      const from = (y * image.width + start[x]!) * 4
      for (let i = 0; i < count[x]!; i++) {
        const share = weight[x * taps + i]!
        red += share * image.data[from + 4 * i]!
        green += share * image.data[from + 4 * i + 1]!
        blue += share * image.data[from + 4 * i + 2]!
      }
      const at = y * width + x
      out[at] = rounded(red)
      out[plane + at] = rounded(green)
      out[2 * plane + at] = rounded(blue)
    }
  }
  return out
}

/** (3, H, W) -> (3, height, W). */
function shortenColumns(planes: Uint8Array, from: Size, height: number): Uint8Array<ArrayBuffer> {
  const { start, count, taps, weight } = triangleTaps(from.height, height)
  const { width } = from
  const out = new Uint8Array(3 * width * height)
  const sums = new Float64Array(width)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      sums.fill(HALF)
      for (let i = 0; i < count[y]!; i++) {
        const share = weight[y * taps + i]!
        const row = (channel * from.height + start[y]! + i) * width
        for (let x = 0; x < width; x++) sums[x]! += share * planes[row + x]!
      }
      const at = (channel * height + y) * width
      for (let x = 0; x < width; x++) out[at + x] = rounded(sums[x]!)
    }
  }
  return out
}

/** The weights of one position may sum to a hair more than 1. */
function rounded(sum: number): number {
  return Math.min(255, sum >> PRECISION_BITS)
}

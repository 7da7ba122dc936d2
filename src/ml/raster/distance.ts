import type { BinaryMask } from '../../core/raster'

/** Larger than any squared distance inside a picture, small enough to stay exact in the arithmetic below. */
const FAR = 1e15

/**
 * Squared Euclidean distance of each pixel to the nearest pixel of the mask, in px², row-major; `Infinity` when the
 * mask is empty. Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions" (2012), equation 2:
 * the lower envelope of parabolas, first down the columns, then along the rows.
 */
export function squaredDistanceTo(mask: BinaryMask): Float64Array {
  const { width, height, data } = mask
  const distance = new Float64Array(width * height)
  for (let p = 0; p < distance.length; p++) distance[p] = data[p] === 0 ? FAR : 0
  const scratch = createScratch(Math.max(width, height))
  for (let x = 0; x < width; x++) transformLine(distance, x, width, height, scratch)
  for (let y = 0; y < height; y++) transformLine(distance, y * width, 1, width, scratch)
  for (let p = 0; p < distance.length; p++) if (distance[p]! >= FAR) distance[p] = Infinity
  return distance
}

interface Scratch {
  /** The line before the transform. */
  readonly values: Float64Array
  /** Vertices of the parabolas of the envelope. */
  readonly vertices: Int32Array
  /** Envelope piece k rules from `starts[k]` to `starts[k + 1]`. */
  readonly starts: Float64Array
}

function createScratch(length: number): Scratch {
  return {
    values: new Float64Array(length),
    vertices: new Int32Array(length),
    starts: new Float64Array(length + 1),
  }
}

/** In place on the pixels offset, offset + stride, ... (`length` of them). */
function transformLine(
  distance: Float64Array,
  offset: number,
  stride: number,
  length: number,
  { values, vertices, starts }: Scratch,
): void {
  for (let i = 0; i < length; i++) values[i] = distance[offset + i * stride]!
  let last = 0
  vertices[0] = 0
  starts[0] = -Infinity
  starts[1] = Infinity
  for (let q = 1; q < length; q++) {
    let crossing = crossingOf(values, vertices[last]!, q)
    while (crossing <= starts[last]!) {
      last--
      crossing = crossingOf(values, vertices[last]!, q)
    }
    last++
    vertices[last] = q
    starts[last] = crossing
    starts[last + 1] = Infinity
  }
  let piece = 0
  for (let i = 0; i < length; i++) {
    while (starts[piece + 1]! < i) piece++
    const vertex = vertices[piece]!
    distance[offset + i * stride] = (i - vertex) * (i - vertex) + values[vertex]!
  }
}

/** Where the parabola of `q` gets below that of `p`. */
function crossingOf(values: Float64Array, p: number, q: number): number {
  return (values[q]! + q * q - (values[p]! + p * p)) / (2 * (q - p))
}

/**
 * How a position table is brought to another grid. DINOv2's own code shifts the scale by a tenth of a patch, Hugging Face's
 * gives the size instead, and the models with registers smooth before they shrink.
 */
export interface PositionRule {
  /** The kernel grows with the shrink factor. */
  readonly antialias: boolean
  /** The free coefficient of the cubic (Keys 1981): -0.75 in PyTorch's plain resize, -0.5 in its antialiased one. */
  readonly cubic: number
  /** Added to the wanted side before the scale is worked out. */
  readonly offset: number
}

/** `Dinov2Embeddings.interpolate_pos_encoding` of Hugging Face's transformers. */
export const PLAIN_RULE: PositionRule = { antialias: false, cubic: -0.75, offset: 0 }
/** `interpolate_pos_encoding` of facebookresearch/dinov2, whose default `interpolate_offset` is 0.1. */
export const OFFSET_RULE: PositionRule = { antialias: false, cubic: -0.75, offset: 0.1 }
/** Both for the models with registers (`interpolate_antialias`, `antialias=True`). */
export const ANTIALIAS_RULE: PositionRule = { antialias: true, cubic: -0.5, offset: 0 }

/**
 * Position vectors of a grid of `rows` x `columns` patches: the learned table at its own grid, else its bicubic resampling.
 * @param table (side * side, dim), row by row
 * @returns (rows * columns, dim)
 */
export function resamplePositions(
  table: Float32Array,
  side: number,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  rule: PositionRule,
): Float32Array<ArrayBuffer> {
  if (rows === side && columns === side) return Float32Array.from(table)
  const dim = table.length / (side * side)
  const vertical = cubicMatrix(side, rows, rule)
  const horizontal = cubicMatrix(side, columns, rule)
  const narrow = new Float64Array(side * columns * dim)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < columns; x++) {
      for (let from = 0; from < side; from++) {
        const weight = horizontal[x * side + from]!
        if (weight === 0) continue
        for (let c = 0; c < dim; c++) {
          narrow[(y * columns + x) * dim + c]! += weight * table[(y * side + from) * dim + c]!
        }
      }
    }
  }
  const out = new Float64Array(rows * columns * dim)
  const row = columns * dim
  for (let y = 0; y < rows; y++) {
    for (let from = 0; from < side; from++) {
      const weight = vertical[y * side + from]!
      if (weight === 0) continue
      for (let i = 0; i < row; i++) out[y * row + i]! += weight * narrow[from * row + i]!
    }
  }
  return Float32Array.from(out)
}

/**
 * One axis as a matrix (to, from), pixel centres at halves. Taps beyond the edge count for the edge sample; with
 * antialiasing they are left out and the others scaled to sum to one.
 */
function cubicMatrix(from: number, to: number, { antialias, cubic, offset }: PositionRule): Float64Array {
  const matrix = new Float64Array(to * from)
  const step = from / (to + offset)
  const stretch = antialias ? Math.max(1, step) : 1
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * step - 0.5
    const first = Math.floor(centre - 2 * stretch) + (antialias ? 0 : 1)
    const last = Math.ceil(centre + 2 * stretch)
    let sum = 0
    for (let i = first; i <= last; i++) {
      if (antialias && (i < 0 || i >= from)) continue
      const weight = cubicKernel((i - centre) / stretch, cubic)
      matrix[o * from + Math.min(Math.max(i, 0), from - 1)]! += weight
      sum += weight
    }
    for (let i = 0; i < from; i++) matrix[o * from + i]! /= sum
  }
  return matrix
}

/** Keys' cubic convolution kernel with free coefficient a. */
function cubicKernel(distance: number, a: number): number {
  const t = Math.abs(distance)
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a
  return 0
}

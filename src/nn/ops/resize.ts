import type { Size } from '../../core/geometry'
import { assert } from '../../core/assert'
import { hasOwnKernels } from '../kernels/ownKernels'
import { ownResize, ownResizeAdjoint } from '../kernels/resizeKernels'
import { tf } from '../tf'
import { differentiable } from './differentiable'
import { upsampleAdjoint, upsampleForward } from './upsample'

/**
 * Bilinear resize to any size, up or down, pixel centres at halves, without smoothing (PyTorch: align_corners=false;
 * ONNX: half_pixel). x (N, h, w, C) -> (N, size.height, size.width, C).
 *
 * Two matrix products, Y = R_h X R_w^T (boxes2pixels.md §4b), so that the gradient R_h^T dY R_w is exact; the built-in
 * one of `resizeBilinear` ignores half-pixel centres. An enlargement by one even factor is left to `upsample`, which
 * gives the same with less work.
 */
export function resize(x: tf.Tensor4D, size: Size): tf.Tensor4D {
  const [, height, width] = x.shape
  const op = differentiable((input: tf.Tensor4D) => ({
    value: resizeForward(input, size),
    saved: [],
    gradient: (dy: tf.Tensor4D) => [resizeAdjoint(dy, { height, width })],
  }))
  return op(x)
}

export function resizeForward(x: tf.Tensor4D, size: Size): tf.Tensor4D {
  const [, height, width] = x.shape
  const factor = evenFactor({ height, width }, size)
  if (factor !== null) return upsampleForward(x, factor)
  if (hasOwnKernels()) return ownResize(x, size)
  return applyToSides(x, interpolationMatrix(height, size.height), interpolationMatrix(width, size.width))
}

/** The transpose of `resizeForward` from `size` as a matrix: dy (N, H, W, C) -> (N, size.height, size.width, C). */
export function resizeAdjoint(dy: tf.Tensor4D, size: Size): tf.Tensor4D {
  const [, height, width] = dy.shape
  const factor = evenFactor(size, { height, width })
  if (factor !== null) return upsampleAdjoint(dy, factor)
  if (hasOwnKernels()) return ownResizeAdjoint(dy, size)
  return applyToSides(
    dy,
    transposed(interpolationMatrix(size.height, height)),
    transposed(interpolationMatrix(size.width, width)),
  )
}

/** What `upsample` can do: nothing, or both sides by one even factor. */
function evenFactor(from: Size, to: Size): number | null {
  const factor = to.height / from.height
  if (factor !== to.width / from.width) return null
  return factor === 1 || factor % 2 === 0 ? factor : null
}

interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row-major. */
  readonly data: Float32Array
}

/**
 * The interpolation matrix of one axis, n -> m samples, (m, n): s = max((o + .5) n / m - .5, 0), i = floor(s),
 * R[o, i] += 1 - (s - i), R[o, min(i + 1, n - 1)] += s - i.
 */
export function interpolationMatrix(n: number, m: number): Matrix {
  assert(n > 0 && m > 0, `no side of a resize may be empty, got ${n} -> ${m}`)
  const data = new Float32Array(m * n)
  for (let o = 0; o < m; o++) {
    const s = Math.max(((o + 0.5) * n) / m - 0.5, 0)
    const i = Math.min(Math.floor(s), n - 1)
    data[o * n + i]! += 1 - (s - i)
    data[o * n + Math.min(i + 1, n - 1)]! += s - i
  }
  return { rows: m, columns: n, data }
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const flipped = new Float32Array(data.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) flipped[c * rows + r] = data[r * columns + c]!
  }
  return { rows: columns, columns: rows, data: flipped }
}

/**
 * One matrix along the height, one along the width. Both multiply from the left, the axis in question first: on wasm
 * neither operand may be transposed or batched by `matMul`.
 */
function applyToSides(x: tf.Tensor4D, down: Matrix, across: Matrix): tf.Tensor4D {
  return tf.tidy(() => {
    const [n, h, w, channels] = x.shape
    assert(h === down.columns && w === across.columns, 'a matrix for each side of the picture')
    const heightFirst = tf.reshape(tf.transpose(x, [1, 2, 0, 3]), [h, w * n * channels]) as tf.Tensor2D
    const tall = tf.reshape(tf.matMul(asTensor(down), heightFirst), [down.rows, w, n, channels])
    const widthFirst = tf.reshape(tf.transpose(tall, [1, 2, 0, 3]), [
      w,
      n * down.rows * channels,
    ]) as tf.Tensor2D
    const wide = tf.reshape(tf.matMul(asTensor(across), widthFirst), [across.rows, n, down.rows, channels])
    return tf.transpose(wide, [1, 2, 0, 3]) as tf.Tensor4D
  })
}

function asTensor({ rows, columns, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(data, [rows, columns])
}

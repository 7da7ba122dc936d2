import { assert } from '../../core/assert'
import { tf } from '../tf'
import { hasOwnConv, ownConv, ownConvInputGradient, ownConvWeightGradient } from '../kernels/convKernels'
import { differentiable } from './differentiable'

/**
 * Convolution, stride 1, zero padding that keeps the size, odd square kernels. x (N, H, W, I), w (k, k, I, O) -> (N, H, W, O).
 *
 * The gradients are written with operations that the wasm backend has and runs at full speed: the input gradient is a
 * convolution with the rotated, channel-swapped kernel, the weight gradient one `matMul` (see `weightGradient`).
 * Measured against the built-in forms there: ten times faster.
 */
export function conv(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  return differentiableConv(x, w)
}

/** `conv` of an input that needs no gradient (frozen features, pixels): saves the input gradient's work. */
export function convOfConstant(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  const op = differentiable((weights: tf.Tensor4D) => ({
    value: convForward(x, weights),
    saved: [x],
    gradient: (dy: tf.Tensor4D, [input]) => [weightGradient(input as tf.Tensor4D, dy, w)],
  }))
  return op(w)
}

const differentiableConv = differentiable((x: tf.Tensor4D, w: tf.Tensor4D) => ({
  value: convForward(x, w),
  saved: [x, w],
  gradient: (dy: tf.Tensor4D, saved) => {
    const [input, weights] = saved as [tf.Tensor4D, tf.Tensor4D]
    return [inputGradient(dy, weights), weightGradient(input, dy, weights)]
  },
}))

function convForward(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  assert(w.shape[0] === w.shape[1] && w.shape[0] % 2 === 1, 'conv needs an odd square kernel')
  return hasOwnConv(x, w) ? ownConv(x, w) : tf.conv2d(x, w, 1, 'same')
}

function inputGradient(dy: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  return hasOwnConv(dy, w) ? ownConvInputGradient(dy, w) : convForward(dy, rotated(w))
}

/** Rotated by half a turn, input and output channels swapped: (k, k, I, O) -> (k, k, O, I). */
function rotated(w: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(w.shape[0] === 1 ? w : tf.reverse(w, [0, 1]), [0, 1, 3, 2])
}

/**
 * dL/dw of a size-keeping convolution: dw[i, j] = sum over pixels p of x[p + (i, j) - r] dy[p], r = (k - 1) / 2.
 *
 * Both tensors are laid out as one long row of padded pixels, so that a shift by (i, j) is a shift by one offset: each
 * of the k * k shifted copies of x is then a few long runs of memory, and all taps are one `matMul`
 * (k * k * I, pixels) x (pixels, O) without a transposed operand. The padding of dy is zero, so what a shift
 * carries over an image's edge counts for nothing.
 */
function weightGradient(x: tf.Tensor4D, dy: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor4D {
  const k = weights.shape[0]
  if (hasOwnConv(x, weights)) return ownConvWeightGradient(x, dy, k)
  const [n, h, w, inputs] = x.shape
  const outputs = dy.shape[3]
  if (k === 1) {
    const rows = tf.transpose(tf.reshape(x, [n * h * w, inputs]), [1, 0])
    return tf.reshape(tf.matMul(rows, tf.reshape(dy, [n * h * w, outputs])), [1, 1, inputs, outputs])
  }
  const r = (k - 1) / 2
  const paddedHeight = h + 2 * r
  const paddedWidth = w + 2 * r
  const pixels = n * paddedHeight * paddedWidth
  // The last shift reads this many pixels further than the first.
  const reach = 2 * r * paddedWidth + 2 * r
  const length = pixels - reach
  const channelFirst = tf.reshape(
    tf.pad(tf.transpose(x, [3, 0, 1, 2]), [
      [0, 0],
      [0, 0],
      [r, r],
      [r, r],
    ]),
    [inputs, pixels],
  ) as tf.Tensor2D
  const taps: tf.Tensor2D[] = []
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) taps.push(tf.slice(channelFirst, [0, i * paddedWidth + j], [inputs, length]))
  }
  // Top-left aligned: the pixel that tap (0, 0) sees at offset p of x belongs to offset p of dy.
  const rows = tf.reshape(
    tf.pad(dy, [
      [0, 0],
      [0, 2 * r],
      [0, 2 * r],
      [0, 0],
    ]),
    [pixels, outputs],
  ) as tf.Tensor2D
  const gradient = tf.matMul(tf.concat(taps, 0), tf.slice(rows, [0, 0], [length, outputs]))
  return tf.reshape(gradient, [k, k, inputs, outputs])
}

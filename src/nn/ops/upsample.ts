import { assert } from '../../core/assert'
import { hasOwnKernels } from '../kernels/ownKernels'
import { ownResize, ownResizeAdjoint } from '../kernels/resizeKernels'
import { tf } from '../tf'
import { differentiable } from './differentiable'

/**
 * Bilinear enlargement by an even whole factor, pixel centres at halves (PyTorch: align_corners=false; ONNX:
 * half_pixel). x (N, h, w, C) -> (N, h f, w f, C).
 *
 * The built-in gradient of `resizeBilinear` ignores half-pixel centres, so the exact one is written here. Away from
 * the edge, input i feeds outputs f i - f/2 .. f i + 3f/2 - 1 with tent weights 1/2f, 3/2f, .., (2f-1)/2f, .., 3/2f, 1/2f:
 * the adjoint is a depthwise convolution with that tent and stride f. At the edge the forward pass repeats the
 * outermost input; the same weight comes back when dy is mirrored there by f/2 pixels.
 */
export function upsample(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (factor === 1) return x
  const op = differentiable((input: tf.Tensor4D) => ({
    value: upsampleForward(input, factor),
    saved: [],
    gradient: (dy: tf.Tensor4D) => [upsampleAdjoint(dy, factor)],
  }))
  return op(x)
}

export function upsampleForward(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (factor === 1) return tf.clone(x)
  const [, h, w] = x.shape
  if (hasOwnKernels()) return ownResize(x, { height: h * factor, width: w * factor })
  return tf.image.resizeBilinear(x, [h * factor, w * factor], false, true)
}

/** The transpose of `upsampleForward` as a matrix: dy (N, h f, w f, C) -> (N, h, w, C). */
export function upsampleAdjoint(dy: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (factor === 1) return tf.clone(dy)
  assert(factor % 2 === 0, `upsampling goes by even factors, got ${factor}`)
  const [, height, width] = dy.shape
  if (hasOwnKernels()) return ownResizeAdjoint(dy, { height: height / factor, width: width / factor })
  const margin: [number, number] = [factor / 2, factor / 2]
  const mirrored = tf.mirrorPad(dy, [[0, 0], margin, margin, [0, 0]], 'symmetric')
  return tf.depthwiseConv2d(mirrored, tent(factor, dy.shape[3]), factor, 'valid')
}

/** (2f, 2f, channels, 1): the product of two tents. */
function tent(factor: number, channels: number): tf.Tensor4D {
  const side = 2 * factor
  const weightOf = (t: number): number => (Math.min(t, side - 1 - t) + 0.5) / factor
  const weights = new Float32Array(side * side * channels)
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const start = (i * side + j) * channels
      weights.fill(weightOf(i) * weightOf(j), start, start + channels)
    }
  }
  return tf.tensor4d(weights, [side, side, channels, 1])
}

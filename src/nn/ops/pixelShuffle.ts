import { assert } from '../../core/assert'
import { tf } from '../tf'

/**
 * Channels become a block of r x r pixels (Shi et al. 2016): x (N, H, W, r r C) -> (N, H r, W r, C). The channels of x are
 * ordered (row in the block, column in the block, c), as ONNX's DepthToSpace has them; PyTorch orders (c, row, column).
 *
 * TensorFlow.js has no gradient for `depthToSpace`; a reshape, a transpose and a reshape have one.
 */
export function pixelShuffle(x: tf.Tensor4D, r: number): tf.Tensor4D {
  const [n, h, w, depth] = x.shape
  const channels = depth / (r * r)
  assert(Number.isInteger(channels), `${depth} channels make no blocks of ${r} x ${r} pixels`)
  const rows = tf.transpose(tf.reshape(x, [n * h, w, r, r * channels]), [0, 2, 1, 3]) // (N H, r, W, r C)
  return tf.reshape(rows, [n, h * r, w * r, channels]) as tf.Tensor4D
}

import { tf } from '../tf'
import { channelSums } from './batchNorm'
import { differentiable } from './differentiable'

/** x (N, H, W, C) + bias (C). The built-in gradient of the bias sums over leading axes, which wasm does slowly. */
export const addBias = differentiable((x: tf.Tensor4D, bias: tf.Tensor1D) => ({
  value: tf.add(x, bias) as tf.Tensor4D,
  saved: [],
  gradient: (dy: tf.Tensor4D) => [dy, channelSums(dy)],
}))

import { tf } from '../tf'
import { columnSums } from './columnSums'
import { differentiable } from './differentiable'

/**
 * Layer normalisation (Ba et al. 2016) of each row: y = weight (x - mean) / sqrt(variance + epsilon) + bias, the biased
 * variance over the row. x (M, C), weight and bias (C) -> (M, C), with gradients to all three.
 */
export function layerNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  const op = differentiable((input: tf.Tensor2D, gamma: tf.Tensor1D, beta: tf.Tensor1D) => {
    const centred = tf.sub(input, tf.mean(input, 1, true))
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon)) // (M, 1)
    const standard = tf.mul(centred, inverse) as tf.Tensor2D
    const value = tf.add(tf.mul(standard, gamma), beta) as tf.Tensor2D

    const gradient = (dy: tf.Tensor2D, saved: readonly tf.Tensor[]) => {
      const [s, r, g] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D]
      // dx = r (d - mean(d) - s mean(d s)), d = dy weight, means over the row.
      const d = tf.mul(dy, g)
      const along = tf.mul(s, tf.mean(tf.mul(d, s), 1, true))
      const dx = tf.mul(tf.sub(tf.sub(d, tf.mean(d, 1, true)), along), r)
      return [dx, columnSums(tf.mul(dy, s)), columnSums(dy)]
    }
    return { value, saved: [standard, inverse, gamma], gradient }
  })
  return op(x, weight, bias)
}

import { tf } from '../tf'
import { type Softmax, sumPlanes } from './planes'

export interface LossTerm {
  readonly loss: tf.Scalar
  /** dloss/dlogits, of the logits' shape. */
  readonly gradient: tf.Tensor4D
}

/**
 * Weighted cross-entropy, boxes2pixels.md §5: the plain mean over the valid pixels of w[y] (-log p[y]), not divided by
 * the sum of the weights. `oneHot` (K + 1, N, H, W) is all zero at ignored pixels; `weights` (K + 1).
 * Gradient: (w[y] p_k - w_k [y = k]) / validPixels. No valid pixel: 0.
 */
export function weightedCrossEntropy(
  { probabilities, surprise }: Softmax,
  oneHot: tf.Tensor4D,
  weights: tf.Tensor1D,
  validPixels: number,
): LossTerm {
  const count = Math.max(1, validPixels)
  const [planes] = oneHot.shape
  const sums = tf.sum(tf.reshape(tf.mul(oneHot, surprise), [planes, -1]), 1) // (K + 1)
  const loss = tf.div(tf.sum(tf.mul(sums, weights)), count) as tf.Scalar
  const weighted = tf.mul(oneHot, tf.reshape(tf.div(weights, count), [planes, 1, 1, 1])) as tf.Tensor4D
  const gradient = tf.sub(tf.mul(probabilities, sumPlanes(weighted)), weighted) as tf.Tensor4D
  return { loss, gradient }
}

import { differentiable } from '../ops/differentiable'
import { tf } from '../tf'

/**
 * Binary cross-entropy with logits, one for each class: the mean over all pairs (view, class) somebody answered of
 * w_k y softplus(-l) + (1 - y) softplus(l). logits (N, K), `presence` (N, K) 0 or 1, `known` (N, K) 0 where nobody said,
 * `positiveWeights` (K). Nothing known: 0.
 * Source: methods/cam-pseudo-masks.md, A2 (our reconstruction).
 */
export function classLoss(
  logits: tf.Tensor2D,
  presence: tf.Tensor2D,
  known: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
): tf.Scalar {
  const op = differentiable((input: tf.Tensor2D) => {
    const count = tf.add(tf.relu(tf.sub(tf.sum(known), 1)), 1) // at least 1
    const positive = tf.mul(tf.mul(presence, known), positiveWeights)
    const negative = tf.mul(tf.sub(1, presence), known)
    const losses = tf.add(tf.mul(positive, softplus(tf.neg(input))), tf.mul(negative, softplus(input)))
    const value = tf.div(tf.sum(losses), count) as tf.Scalar
    const chance = tf.sigmoid(input)
    const slope = tf.div(
      tf.sub(tf.mul(negative, chance), tf.mul(positive, tf.sub(1, chance))),
      count,
    ) as tf.Tensor2D
    return {
      value,
      saved: [slope],
      gradient: (dy: tf.Scalar, [saved]) => [tf.mul(saved as tf.Tensor2D, dy)],
    }
  })
  return op(logits)
}

/** log(1 + exp(x)) that neither overflows nor loses small values. */
function softplus(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))))
}

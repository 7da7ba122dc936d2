import { tf } from '../tf'

/** Bounds of the weight of present classes (methods/cam-pseudo-masks.md, A2, our reconstruction). */
const POSITIVE_WEIGHT = { min: 1, max: 10 }

/** n_negative / n_positive of each class over the training images, within its bounds; unknown (255) counts nowhere. */
export function positiveWeights(presences: readonly Uint8Array[], classCount: number): Float32Array {
  return Float32Array.from({ length: classCount }, (_, k) => {
    let positives = 0
    let negatives = 0
    for (const presence of presences) {
      if (presence[k] === 1) positives++
      else if (presence[k] === 0) negatives++
    }
    const ratio = positives === 0 ? POSITIVE_WEIGHT.min : negatives / positives
    return Math.min(POSITIVE_WEIGHT.max, Math.max(POSITIVE_WEIGHT.min, ratio))
  })
}

/**
 * Binary cross-entropy with logits, the mean over what is known (A2): logits, presence and known (N, K), weights (K).
 *   -(weight y log sigmoid(l) + (1 - y) log(1 - sigmoid(l))) = softplus(l) + (weight - 1) y softplus(-l) - y l
 */
export function classLoss(
  logits: tf.Tensor2D,
  presence: tf.Tensor2D,
  known: tf.Tensor2D,
  weights: tf.Tensor1D,
): tf.Scalar {
  const present = tf.mul(tf.mul(presence, weights), tf.softplus(tf.neg(logits)))
  const absent = tf.mul(tf.sub(1, presence), tf.softplus(logits))
  return tf.div(tf.sum(tf.mul(tf.add(present, absent), known)), tf.maximum(tf.sum(known), 1)) as tf.Scalar
}

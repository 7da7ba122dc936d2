import { differentiable } from '../ops/differentiable'
import { tf } from '../tf'

/** The largest finite gap that a masked logit needs: exp of it is 0. */
const FAR_BELOW = 1e9

/**
 * Supervised contrastive loss (known component: SupCon, "out" form; methods/cam-pseudo-masks.md, A3): the mean over
 * anchors i of -1/|P(i)| sum over p in P(i) of log( exp(v_i.v_p / T) / sum over a != i of exp(v_i.v_a / T) ).
 * `vectors` (M, D), of length 1; `labels` (M). Rows with `isUsed` 0, (M), are no anchors and nobody's company; anchors without
 * another row of their label are skipped. No anchor at all: 0. The plain reference is `ml/cam/supervisedContrast`.
 */
export function contrastLoss(
  vectors: tf.Tensor2D,
  labels: readonly number[],
  isUsed: tf.Tensor1D,
  temperature: number,
): tf.Scalar {
  const op = differentiable((v: tf.Tensor2D) => {
    const pairs = pairMask(isUsed)
    const positives = tf.mul(pairs, sameLabel(labels)) as tf.Tensor2D
    const counts = tf.sum(positives, 1, true) // (M, 1)
    const anchors = tf.step(counts)
    const anchorCount = tf.add(tf.relu(tf.sub(tf.sum(anchors), 1)), 1) // at least 1

    const logits = tf.div(tf.matMul(v, tf.transpose(v)), temperature)
    const masked = tf.add(tf.mul(logits, pairs), tf.mul(tf.sub(pairs, 1), FAR_BELOW))
    // Shifted by the largest, so that exp stays finite at low temperatures.
    const shifted = tf.sub(masked, tf.max(masked, 1, true))
    const exponentials = tf.mul(tf.exp(shifted), pairs)
    const sums = tf.add(tf.sum(exponentials, 1, true), tf.sub(1, anchors)) // no company: log 1
    const surprise = tf.sub(tf.log(sums), tf.mul(shifted, pairs))
    // A row without positives has share 0.
    const share = tf.div(positives, tf.add(counts, tf.sub(1, anchors)))
    const value = tf.div(tf.sum(tf.mul(share, surprise)), anchorCount) as tf.Scalar

    // d / d logit_ia = (softmax_ia - share_ia) / anchors, and logit_ia = v_i.v_a / T counts for both vectors.
    const chances = tf.mul(tf.div(exponentials, sums), anchors)
    const slope = tf.div(tf.sub(chances, share), tf.mul(anchorCount, temperature)) as tf.Tensor2D
    const gradient = (dy: tf.Scalar, [saved, rows]: readonly tf.Tensor[]) => [
      tf.mul(tf.matMul(tf.add(saved!, tf.transpose(saved!)), rows as tf.Tensor2D), dy),
    ]
    return { value, saved: [slope, v], gradient }
  })
  return op(vectors)
}

/** 1 for two different rows that are both used, (M, M). */
function pairMask(isUsed: tf.Tensor1D): tf.Tensor2D {
  const m = isUsed.shape[0]
  const both = tf.mul(tf.reshape(isUsed, [m, 1]), tf.reshape(isUsed, [1, m]))
  return tf.mul(both, tf.sub(1, tf.eye(m)))
}

function sameLabel(labels: readonly number[]): tf.Tensor2D {
  const m = labels.length
  const same = new Float32Array(m * m)
  labels.forEach((a, i) => labels.forEach((b, j) => (same[i * m + j] = a === b ? 1 : 0)))
  return tf.tensor2d(same, [m, m])
}

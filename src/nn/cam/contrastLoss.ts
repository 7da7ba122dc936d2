import { tf } from '../tf'

/**
 * Supervised contrastive loss (Khosla et al. 2020, the form with the sum outside the logarithm), known component SupCon:
 *   L_i = -1/|P(i)| sum_{p in P(i)} log( exp(v_i.v_p / T) / sum_{a != i} exp(v_i.v_a / T) )
 * averaged over the anchors that have positives; 0 without any. `ml/cam/supervisedContrast.ts` is its reference.
 *
 * @param vectors (M, D) of length 1
 * @param labels M whole numbers
 */
export function contrastLoss(
  vectors: tf.Tensor2D,
  labels: readonly number[],
  temperature: number,
): tf.Scalar {
  const m = labels.length
  const isPositive = new Float32Array(m * m)
  const others = new Float32Array(m * m).fill(1)
  const anchorWeight = new Float32Array(m)
  for (let i = 0; i < m; i++) {
    others[i * m + i] = 0
    let positives = 0
    for (let p = 0; p < m; p++) {
      if (p === i || labels[p] !== labels[i]) continue
      isPositive[i * m + p] = 1
      positives++
    }
    if (positives === 0) continue
    anchorWeight[i] = 1
    for (let p = 0; p < m; p++) isPositive[i * m + p]! /= positives
  }
  const anchors = anchorWeight.reduce((sum, weight) => sum + weight, 0)
  if (anchors === 0) return tf.scalar(0)
  const similarity = tf.div(tf.matMul(vectors, vectors, false, true), temperature)
  // Vectors of length 1: no similarity exceeds 1 / T, which keeps exp finite at low temperatures.
  const shift = 1 / temperature
  const exps = tf.mul(tf.exp(tf.sub(similarity, shift)), tf.tensor2d(others, [m, m]))
  const logSum = tf.add(tf.log(tf.sum(exps, 1)), shift)
  const meanPositive = tf.sum(tf.mul(similarity, tf.tensor2d(isPositive, [m, m])), 1)
  const perAnchor = tf.mul(tf.sub(logSum, meanPositive), tf.tensor1d(anchorWeight))
  return tf.div(tf.sum(perAnchor), anchors) as tf.Scalar
}

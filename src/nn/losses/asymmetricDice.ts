import { tf } from '../tf'

/** Keeps the quotient defined when nothing is predicted and nothing is there (boxes2pixels.md §6). */
export const DICE_EPSILON = 1e-6

export interface DiceTerm {
  readonly loss: tf.Scalar
  /** dloss/dmargin (N, H, W). */
  readonly gradient: tf.Tensor3D
}

/**
 * Asymmetric Dice of the binary head (Tversky index with weight `beta` on false positives and 1 on misses),
 * boxes2pixels.md §5, sums over the whole batch:
 *   a = P(defect), I = sum(a t), FP = sum(a) - I, FN = sum(t) - I,  loss = 1 - (I + eps) / (I + beta FP + FN + eps).
 *
 * `margin` (N, H, W) is the defect logit minus the background logit, so a = sigmoid(margin). `defect` and `valid`
 * (N, H, W) are 0/1; ignored pixels are 0 in both and count nowhere.
 */
export function asymmetricDice(
  margin: tf.Tensor3D,
  defect: tf.Tensor3D,
  valid: tf.Tensor3D,
  beta: number,
): DiceTerm {
  const a = tf.sigmoid(margin)
  const hit = tf.sum(tf.mul(a, defect))
  const falseAlarm = tf.sub(tf.sum(tf.mul(a, valid)), hit)
  const numerator = tf.add(hit, DICE_EPSILON)
  // I + beta FP + FN: the I of FN cancels.
  const denominator = tf.add(tf.add(tf.sum(defect), tf.mul(falseAlarm, beta)), DICE_EPSILON)
  const loss = tf.sub(1, tf.div(numerator, denominator)) as tf.Scalar
  // dloss/da = -t / D + beta (I + eps) / D^2 (valid - t)
  const perDefect = tf.div(-1, denominator)
  const perBackground = tf.div(tf.mul(numerator, beta), tf.square(denominator))
  const dA = tf.add(tf.mul(defect, tf.sub(perDefect, perBackground)), tf.mul(valid, perBackground))
  return { loss, gradient: tf.mul(dA, tf.mul(a, tf.sub(1, a))) as tf.Tensor3D }
}

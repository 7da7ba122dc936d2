import type { SelfCorrectionRule } from '../../ml/selfCorrection'
import { tf } from '../tf'
import { sumPlanes } from './planes'
import type { BatchTarget } from './target'

export interface CorrectedPlanes {
  /** (K + 1, N, H, W): the labels after correction. */
  readonly oneHot: tf.Tensor4D
  /** (N, H, W): the class a pixel was changed to, 0 where it was not. */
  readonly changedTo: tf.Tensor3D
  /** (N, H, W): its probability, 0 where nothing was changed. */
  readonly probability: tf.Tensor3D
  /** (N): 1 where more would have changed than the cap allows, so that nothing was. */
  readonly isCapped: tf.Tensor1D
}

/**
 * One-sided self-correction of a batch; the rule is written out in `ml/selfCorrection`, which this equals pixel for
 * pixel. `probabilities` (K + 1, N, H, W). No gradient goes through it.
 */
export function selfCorrected(
  probabilities: tf.Tensor4D,
  target: BatchTarget,
  { threshold, cap }: SelfCorrectionRule,
): CorrectedPlanes {
  const [planes, n, h, w] = probabilities.shape
  const defects = tf.slice(probabilities, [1, 0, 0, 0], [planes - 1, n, h, w])
  const proposed = tf.mul(tf.step(tf.sub(defects, threshold)), target.correctable) as tf.Tensor4D
  const counts = tf.sum(tf.reshape(sumPlanes(proposed), [n, h * w]), 1)
  const isCapped = tf.step(tf.sub(counts, tf.mul(target.background, cap))) as tf.Tensor1D
  const added = tf.mul(proposed, tf.reshape(tf.sub(1, isCapped), [n, 1, 1])) as tf.Tensor4D
  const classes = tf.reshape(tf.range(1, planes), [planes - 1, 1, 1, 1])
  return {
    oneHot: tf.add(target.oneHot, tf.concat([tf.neg(tf.expandDims(sumPlanes(added), 0)), added], 0)),
    changedTo: sumPlanes(tf.mul(added, classes)),
    probability: sumPlanes(tf.mul(added, defects)),
    isCapped,
  }
}

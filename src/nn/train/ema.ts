import { tf } from '../tf'

/** The decay grows from 1/10 to its limit, so that a short run is not the average of its start (boxes2pixels.md §7). */
export function emaDecayAt(step: number, limit: number): number {
  return Math.min(limit, (1 + step) / (10 + step))
}

/** average <- decay * average + (1 - decay) * value. */
export function movingAverage(average: tf.Tensor1D, value: tf.Tensor1D, decay: number): tf.Tensor1D {
  return tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay))
}

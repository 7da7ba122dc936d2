import { tf } from '../tf'
import { channelSums } from './batchNorm'

/** (M, C) -> (C): the gradient of a bias that was added to every row. */
export function columnSums(rows: tf.Tensor2D): tf.Tensor1D {
  const [count, channels] = rows.shape
  return channelSums(tf.reshape(rows, [1, count, 1, channels]))
}

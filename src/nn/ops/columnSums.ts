import { tf } from '../tf'

/** (M, C) -> (C): the gradient of a bias that was added to every row. */
export function columnSums(rows: tf.Tensor2D): tf.Tensor1D {
  const [count, channels] = rows.shape
  // On wasm `sum` over the leading axis transposes first and `matMul` repacks its right operand; the pooling is vectorised.
  if (tf.getBackend() === 'wasm') {
    const means = tf.avgPool(tf.reshape(rows, [1, count, 1, channels]) as tf.Tensor4D, [count, 1], 1, 'valid')
    return tf.mul(tf.reshape(means, [channels]), count)
  }
  return tf.reshape(tf.matMul(tf.ones([1, count]), rows), [channels])
}

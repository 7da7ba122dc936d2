import { BINARY_PLANES } from '../losses/studentLoss'
import { upsampleForward } from '../ops/upsample'
import { tf } from '../tf'

/** Probabilities of the binary head at full resolution, (N * H * W), from logits at a student's stride. */
export async function readDefectProbability(logits: tf.Tensor4D, height: number): Promise<Float32Array> {
  const probability = tf.tidy(() => {
    const margin = tf.sub(
      tf.slice(logits, [0, 0, 0, 1], [-1, -1, -1, 1]),
      tf.slice(logits, 0, [-1, -1, -1, 1]),
    )
    return tf.sigmoid(upsampleForward(margin as tf.Tensor4D, height / logits.shape[1]))
  })
  try {
    return (await probability.data()) as Float32Array
  } finally {
    probability.dispose()
  }
}

/** The most probable defect class 1..K at full resolution, whether or not there is a defect: (N * H * W). */
export async function readDefectClass(logits: tf.Tensor4D, height: number): Promise<Int32Array> {
  const index = tf.tidy(() => {
    const classes = tf.slice(logits, [0, 0, 0, BINARY_PLANES + 1], [-1, -1, -1, -1]) as tf.Tensor4D
    return tf.add(tf.argMax(upsampleForward(classes, height / logits.shape[1]), 3), tf.scalar(1, 'int32'))
  })
  try {
    return (await index.data()) as Int32Array
  } finally {
    index.dispose()
  }
}

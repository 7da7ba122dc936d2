import type { Size } from '../../core/geometry'
import { BINARY_PLANES } from '../losses/studentLoss'
import { resizeForward } from '../ops/resize'
import { tf } from '../tf'

/**
 * Defect probability at full size, (N * H * W), from logits at a student's own size: of the binary head, or
 * 1 - P(background) of the class head where that is the only one.
 */
export async function readDefectProbability(
  logits: tf.Tensor4D,
  size: Size,
  classCount: number,
): Promise<Float32Array> {
  const probability = tf.tidy(() => {
    if (binaryPlanesOf(logits, classCount) === 0) {
      const classes = tf.softmax(resizeForward(logits, size)) // (N, H, W, K + 1)
      return tf.sub(1, tf.slice(classes, [0, 0, 0, 0], [-1, -1, -1, 1]))
    }
    const margin = tf.sub(
      tf.slice(logits, [0, 0, 0, 1], [-1, -1, -1, 1]),
      tf.slice(logits, 0, [-1, -1, -1, 1]),
    )
    return tf.sigmoid(resizeForward(margin as tf.Tensor4D, size))
  })
  try {
    return (await probability.data()) as Float32Array
  } finally {
    probability.dispose()
  }
}

/** The most probable defect class 1..K at full size, whether or not there is a defect: (N * H * W). */
export async function readDefectClass(
  logits: tf.Tensor4D,
  size: Size,
  classCount: number,
): Promise<Int32Array> {
  const index = tf.tidy(() => {
    const firstDefect = binaryPlanesOf(logits, classCount) + 1
    const classes = tf.slice(logits, [0, 0, 0, firstDefect], [-1, -1, -1, -1]) as tf.Tensor4D
    return tf.add(tf.argMax(resizeForward(classes, size), 3), tf.scalar(1, 'int32'))
  })
  try {
    return (await index.data()) as Int32Array
  } finally {
    index.dispose()
  }
}

/** How many channels come before the class head's: those of the binary head, or none. */
function binaryPlanesOf(logits: tf.Tensor4D, classCount: number): number {
  return logits.shape[3] === classCount + 1 ? 0 : BINARY_PLANES
}

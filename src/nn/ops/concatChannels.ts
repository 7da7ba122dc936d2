import { tf } from '../tf'
import { differentiable } from './differentiable'

/** a (N, H, W, A) and b (N, H, W, B) -> (N, H, W, A + B). */
export const concatChannels = differentiable((a: tf.Tensor4D, b: tf.Tensor4D) => {
  const [first, second] = [a.shape[3], b.shape[3]]
  return {
    value: tf.concat([a, b], 3),
    saved: [],
    gradient: (dy: tf.Tensor4D) => {
      const [n, h, w, channels] = dy.shape
      const pixels = n * h * w
      const rows = tf.reshape(dy, [pixels, channels])
      return [
        tf.reshape(tf.slice(rows, [0, 0], [pixels, first]), [n, h, w, first]),
        tf.reshape(tf.slice(rows, [0, first], [pixels, second]), [n, h, w, second]),
      ]
    },
  }
})

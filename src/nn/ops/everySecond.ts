import { tf } from '../tf'
import { differentiable } from './differentiable'

/**
 * Every second row and column, from the first: x (N, H, W, C) -> (N, ceil(H / 2), ceil(W / 2), C). After a size-keeping
 * 3x3 convolution this is the convolution with stride 2 and padding 1 of PyTorch, for odd and even sides.
 */
export const everySecond = differentiable((x: tf.Tensor4D) => {
  const [n, height, width, channels] = x.shape
  const [h, w] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  const [bottom, right] = [2 * h - height, 2 * w - width]
  const even = tf.pad(x, [
    [0, 0],
    [0, bottom],
    [0, right],
    [0, 0],
  ])
  const rows = tf.slice(tf.reshape(even, [n * h, 4 * w * channels]), [0, 0], [n * h, 2 * w * channels])
  const value = tf.slice(tf.reshape(rows, [n * h * w, 2 * channels]), [0, 0], [n * h * w, channels])
  return {
    value: tf.reshape(value, [n, h, w, channels]) as tf.Tensor4D,
    saved: [],
    gradient: (dy: tf.Tensor4D) => {
      // Zeros between the columns, then between the rows, then the padding off again.
      const flat = tf.reshape(dy, [n * h * w, channels])
      const wide = tf.reshape(tf.concat([flat, tf.zerosLike(flat)], 1), [n * h, 2 * w * channels])
      const tall = tf.reshape(tf.concat([wide, tf.zerosLike(wide)], 1), [n, 2 * h, 2 * w, channels])
      return [tf.slice(tall, [0, 0, 0, 0], [n, height, width, channels])]
    },
  }
})

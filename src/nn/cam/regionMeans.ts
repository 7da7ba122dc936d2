import { differentiable } from '../ops/differentiable'
import { tf } from '../tf'

const EPSILON = 1e-5

/**
 * Means of features over weighted regions: u_r = sum_p W_r f / (sum_p W_r + 1e-5). features (N, h, w, C), `weights`
 * (N, R, h w), constant (stop-gradient) -> (N R, C), region after region of each view.
 * Source: methods/cam-pseudo-masks.md, A3, the vectors u+, u- and u0 (our reconstruction).
 */
export function regionMeans(features: tf.Tensor4D, weights: tf.Tensor3D): tf.Tensor2D {
  const [n, h, w, channels] = features.shape
  const regions = weights.shape[1]
  const op = differentiable((f: tf.Tensor4D) => {
    const shares = tf.div(weights, tf.add(tf.sum(weights, 2, true), EPSILON)) as tf.Tensor3D
    const value = tf.matMul(shares, tf.reshape(f, [n, h * w, channels]))
    const gradient = (dy: tf.Tensor2D, [saved]: readonly tf.Tensor[]) => {
      const perView = tf.reshape(dy, [n, regions, channels])
      // Transposed by itself: `matMul` with a transposed operand is ten times slower on wasm.
      return [tf.reshape(tf.matMul(tf.transpose(saved!, [0, 2, 1]), perView), [n, h, w, channels])]
    }
    return { value: tf.reshape(value, [n * regions, channels]) as tf.Tensor2D, saved: [shares], gradient }
  })
  return op(features)
}

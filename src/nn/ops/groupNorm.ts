import { assert } from '../../core/assert'
import { tf } from '../tf'
import { differentiable } from './differentiable'

/** As PyTorch's GroupNorm. */
export const GROUP_NORM_EPSILON = 1e-5

export interface GroupNormOptions {
  readonly groups: number
  readonly activation: 'relu' | 'linear'
}

/**
 * Group normalisation (Wu and He 2018) with its activation, one operation with its own gradient.
 * x (N, H, W, C), scale and shift (C) -> (N, H, W, C); mean and variance (biased) are taken per example over
 * the pixels and the C / groups channels of a group.
 *
 * Written as y = act(a x + b) with a, b (N, C), so that only five passes touch the pixels forward and seven
 * backward; the automatic gradient of the textbook form needs some thirty. Variance is E[x^2] - E[x]^2: enough for
 * the outputs of convolutions, whose mean is of the size of their spread.
 */
export function groupNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  { groups, activation }: GroupNormOptions,
): tf.Tensor4D {
  const [n, h, w, channels] = x.shape
  assert(channels % groups === 0, `${channels} channels do not make ${groups} groups`)
  const size = channels / groups
  const count = h * w * size
  /** (N, 1, C) sums over the pixels. */
  const pixelSums = (t: tf.Tensor3D): tf.Tensor3D => {
    if (tf.getBackend() !== 'wasm') return tf.matMul(tf.ones([n, 1, h * w]), t)
    // Four times as fast there: the batched product is plain loops, the pooling is vectorised.
    const means = tf.avgPool(tf.reshape(t, x.shape) as tf.Tensor4D, [h, w], 1, 'valid')
    return tf.reshape(tf.mul(means, h * w), [n, 1, channels])
  }
  /** (N, 1, C) -> the sum of its group, still (N, 1, C). */
  const groupSums = (t: tf.Tensor3D): tf.Tensor3D => {
    const sums = tf.sum(tf.reshape(t, [n, groups, size]), 2, true)
    return tf.reshape(tf.tile(sums, [1, 1, size]), [n, 1, channels])
  }

  const op = differentiable((input: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D) => {
    const pixels = tf.reshape(input, [n, h * w, channels]) as tf.Tensor3D
    const mean = tf.div(groupSums(pixelSums(pixels)), count) as tf.Tensor3D
    const meanOfSquares = tf.div(groupSums(pixelSums(tf.square(pixels))), count)
    const variance = tf.maximum(tf.sub(meanOfSquares, tf.square(mean)), 0)
    const inverseStd = tf.rsqrt(tf.add(variance, GROUP_NORM_EPSILON)) as tf.Tensor3D
    const a = tf.mul(gamma, inverseStd) // (N, 1, C)
    const b = tf.sub(beta, tf.mul(mean, a))
    const affine = tf.add(tf.mul(pixels, a), b)
    const value = tf.reshape(activation === 'relu' ? tf.relu(affine) : affine, x.shape) as tf.Tensor4D

    const gradient = (dy: tf.Tensor4D, saved: readonly tf.Tensor[]) => {
      const [xs, g, y, mu, r] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D, tf.Tensor3D, tf.Tensor3D]
      const x3 = tf.reshape(xs, [n, h * w, channels]) as tf.Tensor3D
      const live = activation === 'relu' ? tf.mul(dy, tf.step(y)) : dy
      const dAffine = tf.reshape(live, [n, h * w, channels]) as tf.Tensor3D
      const sum = pixelSums(dAffine)
      // Sum of dAffine times the normalised x, from the raw x.
      const sumNormalised = tf.mul(tf.sub(pixelSums(tf.mul(dAffine, x3)), tf.mul(mu, sum)), r) as tf.Tensor3D
      const p1 = tf.div(groupSums(tf.mul(g, sum)), count)
      const p2 = tf.div(groupSums(tf.mul(g, sumNormalised)), count)
      // dx = r (g dAffine - p1 - normalised x * p2), sorted by what multiplies the pixels.
      const slope = tf.neg(tf.mul(tf.square(r), p2))
      const constant = tf.neg(tf.add(tf.mul(r, p1), tf.mul(mu, slope)))
      const dx = tf.add(tf.add(tf.mul(dAffine, tf.mul(g, r)), tf.mul(x3, slope)), constant)
      const perChannel = (t: tf.Tensor3D) => tf.sum(tf.reshape(t, [n, channels]), 0)
      return [tf.reshape(dx, [n, h, w, channels]), perChannel(sumNormalised), perChannel(sum)]
    }
    return { value, saved: [input, gamma, value, mean, inverseStd], gradient }
  })
  return op(x, scale, shift)
}

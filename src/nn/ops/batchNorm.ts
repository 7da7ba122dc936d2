import { assert } from '../../core/assert'
import { hasOwnNorm, ownNorm, ownNormGradient } from '../kernels/normKernels'
import { tf } from '../tf'
import { differentiable } from './differentiable'

/** As PyTorch's BatchNorm. */
export const BATCH_NORM_EPSILON = 1e-5

export type Activation = 'relu' | 'linear'

export interface ChannelStatistics {
  /** (C) each; the variance is the biased one of the batch. */
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
}

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015) with its activation, one operation with its own gradient.
 * x (N, H, W, C), scale and shift (C) -> (N, H, W, C); mean and variance are taken per channel over all examples and pixels.
 * `observe` gets them; it keeps what it wants to keep.
 *
 * Written as y = act(a x + b) with a, b (C), so that few passes touch the pixels. Variance is E[x^2] - E[x]^2: enough for
 * the outputs of convolutions, whose mean is of the size of their spread.
 */
export function batchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  activation: Activation,
  observe: (statistics: ChannelStatistics) => void,
): tf.Tensor4D {
  const [n, h, w] = x.shape
  const count = n * h * w
  if (hasOwnNorm(x)) return ownBatchNorm(x, scale, shift, activation, observe)
  const op = differentiable((input: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D) => {
    const mean = tf.div(channelSums(input), count) as tf.Tensor1D
    const meanOfSquares = tf.div(channelSums(tf.square(input)), count)
    const variance = tf.maximum(tf.sub(meanOfSquares, tf.square(mean)), 0) as tf.Tensor1D
    observe({ mean, variance })
    const value = normalise(input, gamma, beta, { mean, variance }, activation)

    const gradient = (dy: tf.Tensor4D, saved: readonly tf.Tensor[]) => {
      const [xs, g, y, mu, v] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]
      const r = tf.rsqrt(tf.add(v, BATCH_NORM_EPSILON))
      const live = activation === 'relu' ? (tf.mul(dy, tf.step(y)) as tf.Tensor4D) : dy
      const dBeta = channelSums(live)
      // The sum of dy times the normalised x, from the raw x.
      const dGamma = tf.mul(tf.sub(channelSums(tf.mul(live, xs)), tf.mul(mu, dBeta)), r)
      // dx = gamma r (dy - dBeta / count - normalised x * dGamma / count), sorted by what multiplies the pixels.
      const a = tf.mul(g, r)
      const slope = tf.neg(tf.div(tf.mul(tf.mul(a, r), dGamma), count))
      const constant = tf.neg(tf.add(tf.div(tf.mul(a, dBeta), count), tf.mul(mu, slope)))
      const dx = tf.add(tf.add(tf.mul(live, a), tf.mul(xs, slope)), constant)
      return [dx, dGamma, dBeta]
    }
    return { value, saved: [input, gamma, value, mean, variance], gradient }
  })
  return op(x, scale, shift)
}

function ownBatchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  activation: Activation,
  observe: (statistics: ChannelStatistics) => void,
): tf.Tensor4D {
  const attributes = { isRelu: activation === 'relu', epsilon: BATCH_NORM_EPSILON }
  const op = differentiable((input: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D) => {
    const [value, mean, variance] = ownNorm(input, gamma, beta, attributes)
    observe({ mean, variance })
    return {
      value,
      saved: [input, value, gamma, mean, variance],
      gradient: (dy: tf.Tensor4D, [xs, y, g, mu, v]) =>
        ownNormGradient(
          [dy, xs as tf.Tensor4D, y as tf.Tensor4D, g as tf.Tensor1D, mu as tf.Tensor1D, v as tf.Tensor1D],
          attributes,
        ),
    }
  })
  return op(x, scale, shift)
}

/** The same with statistics that are given: inference. */
export function normalise(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  { mean, variance }: ChannelStatistics,
  activation: Activation,
): tf.Tensor4D {
  assert(x.shape[3] === scale.shape[0], 'one scale for each channel')
  const a = tf.mul(scale, tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)))
  const affine = tf.add(tf.mul(x, a), tf.sub(shift, tf.mul(mean, a))) as tf.Tensor4D
  return activation === 'relu' ? tf.relu(affine) : affine
}

/** (N, H, W, C) -> (C). */
export function channelSums(t: tf.Tensor4D): tf.Tensor1D {
  const [n, h, w, channels] = t.shape
  if (tf.getBackend() !== 'wasm') {
    const rows = tf.reshape(t, [n * h * w, channels]) as tf.Tensor2D
    return tf.reshape(tf.matMul(tf.ones([1, n * h * w]), rows), [channels])
  }
  // Ten times as fast there: `sum` transposes first and `matMul` repacks its right operand; the pooling is vectorised.
  const means = tf.avgPool(t, [h, w], 1, 'valid')
  return tf.mul(tf.sum(tf.reshape(means, [n, channels]), 0), h * w)
}

import { tf } from '../tf'

export interface AdamWState {
  readonly parameters: tf.Tensor1D
  /** Running means of the gradient and of its square. */
  readonly mean: tf.Tensor1D
  readonly meanSquare: tf.Tensor1D
}

export interface AdamWOptions {
  readonly learningRate: number
  readonly weightDecay: number
}

export const BETA_1 = 0.9
export const BETA_2 = 0.999
// Added to the root of the corrected second moment, as PyTorch does; passed everywhere, never TensorFlow.js's own default.
const EPSILON = 1e-8

/**
 * One step of AdamW (Loshchilov and Hutter 2019) on a flat vector, equal to torch.optim.AdamW on all parameters:
 * decay first, then the bias-corrected Adam step. `step` counts from 0.
 */
export function adamW(
  state: AdamWState,
  gradient: tf.Tensor1D,
  step: number,
  { learningRate, weightDecay }: AdamWOptions,
): AdamWState {
  const mean = tf.add(tf.mul(state.mean, BETA_1), tf.mul(gradient, 1 - BETA_1)) as tf.Tensor1D
  const meanSquare = tf.add(
    tf.mul(state.meanSquare, BETA_2),
    tf.mul(tf.square(gradient), 1 - BETA_2),
  ) as tf.Tensor1D
  const stepSize = learningRate / (1 - BETA_1 ** (step + 1))
  const root = tf.sqrt(tf.div(meanSquare, 1 - BETA_2 ** (step + 1)))
  const move = tf.mul(tf.div(mean, tf.add(root, EPSILON)), stepSize)
  const parameters = tf.sub(tf.mul(state.parameters, 1 - learningRate * weightDecay), move) as tf.Tensor1D
  return { parameters, mean, meanSquare }
}

/** Scales the gradient so that its Euclidean norm is at most `maxNorm`; 0 = no limit. As torch's clip_grad_norm_. */
export function clipByNorm(gradient: tf.Tensor1D, maxNorm: number): tf.Tensor1D {
  if (maxNorm === 0) return gradient
  const norm = tf.sqrt(tf.sum(tf.square(gradient)))
  return tf.mul(gradient, tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6))))
}

import type { tf } from '../tf'
import { defineOwnKernel } from './ownKernels'

/** Numbers of a task; sums of squares are added in the order of the tasks. */
const BLOCK = 16384

interface AdamWAttributes {
  /** 1 - learning rate * weight decay. */
  readonly kept: number
  /** Learning rate / (1 - beta1^t). */
  readonly stepSize: number
  /** 1 / (1 - beta2^t). */
  readonly correction: number
  /** Of the moving average. */
  readonly decay: number
  /** 0 = no clipping. */
  readonly clipNorm: number
}

/**
 * Clipping, AdamW and the moving average in one pass (`train/adamW`, `train/ema`). Flat vectors: gradient, parameters,
 * mean, mean square, average; and the loss. Gives the four vectors after the step, and 1 when loss and gradient are
 * finite. When they are not the vectors are those before.
 */
export function ownOptimiserStep(
  inputs: readonly [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Scalar],
  attributes: AdamWAttributes,
): tf.Tensor[] {
  return optimiserKernel(inputs, attributes)
}

const optimiserKernel = defineOwnKernel<AdamWAttributes>(
  'OwnOptimiserStep',
  (runner, inputs, { kept, stepSize, correction, decay, clipNorm }) => {
    const [gradient, parameters, mean, meanSquare, average, loss] = inputs as tf.TensorInfo[]
    const size = parameters!.shape[0]!
    const outputs = [0, 1, 2, 3].map(() => runner.create([size]))
    const isFinite = runner.create([])
    const before = [parameters!, mean!, meanSquare!, average!]
    const tasks = Math.ceil(size / BLOCK)
    const squares = runner.withScratch(2 * tasks + 2, (at) => {
      const sumsAt = (at + 7) & ~7
      runner.run('sumOfSquares', tasks, [runner.addressOf(gradient!), sumsAt, size, BLOCK])
      return new Float64Array(runner.buffer, sumsAt >>> 0, tasks).reduce((a, b) => a + b, 0)
    })
    const floats = new Float32Array(runner.buffer)
    const isGood = Number.isFinite(squares) && Number.isFinite(floats[runner.addressOf(loss!) / 4]!)
    floats[runner.addressOf(isFinite) / 4] = isGood ? 1 : 0
    if (isGood) {
      // As torch's clip_grad_norm_.
      const factor = clipNorm === 0 ? 1 : Math.min(1, clipNorm / (Math.sqrt(squares) + 1e-6))
      const addresses = [gradient!, ...before, ...outputs].map(runner.addressOf)
      runner.run('adamWStep', tasks, [...addresses, size, BLOCK], [factor, kept, stepSize, correction, decay])
    } else {
      const bytes = new Uint8Array(runner.buffer)
      before.forEach((vector, i) => {
        const from = runner.addressOf(vector)
        bytes.copyWithin(runner.addressOf(outputs[i]!), from, from + 4 * size)
      })
    }
    return [...outputs, isFinite]
  },
)

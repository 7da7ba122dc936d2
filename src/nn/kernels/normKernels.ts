import type { tf } from '../tf'
import { defineOwnKernel, hasOwnKernels } from './ownKernels'

/** Sums are taken in so many parts, whatever the threads, so that a run repeats. */
const PARTS = 32

interface NormAttributes {
  readonly isRelu: boolean
  readonly epsilon: number
}

export function hasOwnNorm(x: tf.Tensor4D): boolean {
  return hasOwnKernels() && x.shape[3] % 4 === 0
}

/** Batch normalisation and activation: y, mean, variance (`ops/batchNorm`). */
export function ownNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  attributes: NormAttributes,
): [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D] {
  return normKernel([x, scale, shift], attributes) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]
}

/** Gradients of x, scale and shift. */
export function ownNormGradient(
  inputs: readonly [
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    y: tf.Tensor4D,
    scale: tf.Tensor1D,
    mean: tf.Tensor1D,
    variance: tf.Tensor1D,
  ],
  attributes: NormAttributes,
): tf.Tensor[] {
  return normGradientKernel(inputs, attributes)
}

const normKernel = defineOwnKernel<NormAttributes>('OwnNorm', (runner, inputs, { isRelu, epsilon }) => {
  const [x, scale, shift] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo]
  const { pixels, channels, block, parts } = partsOf(x)
  const y = runner.create(x.shape)
  const [mean, variance] = [runner.create([channels]), runner.create([channels])]
  const [xAt, yAt] = [runner.addressOf(x), runner.addressOf(y)]
  runner.withScratch((2 * parts + 2) * channels, (sumsAt) => {
    const coefficientsAt = sumsAt + 8 * parts * channels
    runner.run('channelSums', parts, [xAt, sumsAt, pixels, channels, block])
    const perChannel = [sumsAt, ...[scale, shift, mean, variance].map(runner.addressOf), coefficientsAt]
    runner.run('normStatistics', 1, [...perChannel, parts, channels, pixels], [epsilon])
    runner.run('normApply', parts, [xAt, yAt, coefficientsAt, pixels, channels, block, Number(isRelu)])
  })
  return [y, mean, variance]
})

const normGradientKernel = defineOwnKernel<NormAttributes>(
  'OwnNormGradient',
  (runner, inputs, { isRelu, epsilon }) => {
    const [dy, x, y, scale, mean, variance] = inputs as tf.TensorInfo[]
    const { pixels, channels, block, parts } = partsOf(x!)
    const dx = runner.create(x!.shape)
    const [dScale, dShift] = [runner.create([channels]), runner.create([channels])]
    const maps = [dy!, x!, y!].map(runner.addressOf)
    runner.withScratch((2 * parts + 3) * channels, (sumsAt) => {
      const coefficientsAt = sumsAt + 8 * parts * channels
      const sizes = [pixels, channels, block, Number(isRelu)]
      runner.run('normGradientSums', parts, [...maps, sumsAt, ...sizes])
      const perChannel = [
        sumsAt,
        ...[scale!, mean!, variance!, dScale, dShift].map(runner.addressOf),
        coefficientsAt,
      ]
      runner.run('normGradientStatistics', 1, [...perChannel, parts, channels, pixels], [epsilon])
      runner.run('normGradientApply', parts, [...maps, runner.addressOf(dx), coefficientsAt, ...sizes])
    })
    return [dx, dScale, dShift]
  },
)

function partsOf({ shape }: tf.TensorInfo): {
  readonly pixels: number
  readonly channels: number
  /** Pixels of a part. */
  readonly block: number
  readonly parts: number
} {
  const channels = shape[3]!
  const pixels = shape[0]! * shape[1]! * shape[2]!
  const block = Math.ceil(pixels / PARTS)
  return { pixels, channels, block, parts: Math.ceil(pixels / block) }
}

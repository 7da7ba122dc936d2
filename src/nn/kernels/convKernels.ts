import { tf } from '../tf'
import type { KernelRunner } from './kernelRunner'
import { defineOwnKernel, hasOwnKernels } from './ownKernels'

/** As the kernels have it: columns of packed weights side by side, outputs of a tile, tiles of a task. */
const PANEL = 8
const TILE = 4
const TILES_PER_TASK = 24
/** Pixels of a task of a 1x1 convolution. */
const PIXELS_PER_TASK = 384
/** Sums of a weight gradient are taken in so many parts, whatever the threads, so that a run repeats. */
const PARTS = 8

type Shape4 = readonly [number, number, number, number]

const paddedTo8 = (channels: number): number => Math.ceil(channels / PANEL) * PANEL

/** Whether a convolution of these shapes has own kernels here. */
export function hasOwnConv(x: tf.Tensor4D, w: tf.Tensor4D): boolean {
  const [k, , inputs, outputs] = w.shape
  if (!hasOwnKernels() || inputs % 4 !== 0) return false
  return k === 1 || (k === 3 && outputs % 4 === 0 && x.shape[1] > 1)
}

/** y = conv(x, w), stride 1, zero padding that keeps the size. */
export function ownConv(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  return convKernel([x, w], { isRotated: false })[0] as tf.Tensor4D
}

/** dL/dx of `ownConv`, from dy. */
export function ownConvInputGradient(dy: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  return convKernel([dy, w], { isRotated: true })[0] as tf.Tensor4D
}

/** dL/dw of `ownConv`. */
export function ownConvWeightGradient(x: tf.Tensor4D, dy: tf.Tensor4D, k: number): tf.Tensor4D {
  return weightGradientKernel([x, dy], { k })[0] as tf.Tensor4D
}

const convKernel = defineOwnKernel<{ isRotated: boolean }>('OwnConv', (runner, inputs, { isRotated }) => {
  const [x, w] = inputs as [tf.TensorInfo, tf.TensorInfo]
  const [n, height, width, channels] = x.shape as unknown as Shape4
  const [k, , first, second] = w.shape as unknown as Shape4
  const outputs = isRotated ? first : second
  // Strides of (input channel, output channel) of this pass in the memory of w, (k, k, first, second).
  const strides = isRotated ? [1, second] : [second, 1]
  const y = runner.create([n, height, width, outputs])
  const [xAt, wAt, yAt] = [runner.addressOf(x), runner.addressOf(w), runner.addressOf(y)]
  const padded = paddedTo8(outputs)
  if (k === 1) {
    const pixels = n * height * width
    runner.withScratch(channels * padded, (packedAt) => {
      runner.run('packPanels', 1, [wAt, packedAt, channels, outputs, ...strides])
      runner.run('pointwise', Math.ceil(pixels / PIXELS_PER_TASK), [
        xAt,
        packedAt,
        yAt,
        pixels,
        channels,
        outputs,
        PIXELS_PER_TASK,
      ])
    })
    return y
  }
  const weightFloats = 36 * channels * padded
  const scratchFloats = runner.kernels.winogradScratchFloats(channels, outputs)
  // Rotated by half a turn: the last tap is the first.
  const taps = first * second
  const source = isRotated ? wAt + 4 * 8 * taps : wAt
  const [rowStride, columnStride] = isRotated ? [-3 * taps, -taps] : [3 * taps, taps]
  runner.withScratch(weightFloats + runner.threads * scratchFloats, (weightsAt) => {
    runner.run('winogradWeights', channels, [
      source,
      weightsAt,
      channels,
      outputs,
      rowStride,
      columnStride,
      ...strides,
      weightsAt + 4 * weightFloats,
    ])
    const sizes = [n, height, width, channels, outputs]
    const blocks = Math.ceil(tilesOf(x) / TILES_PER_TASK)
    runner.run('winogradForward', blocks, [xAt, weightsAt, yAt, weightsAt + 4 * weightFloats, ...sizes])
  })
  return y
})

const weightGradientKernel = defineOwnKernel<{ k: number }>(
  'OwnConvWeightGradient',
  (runner, inputs, { k }) => {
    const [x, dy] = inputs as [tf.TensorInfo, tf.TensorInfo]
    const dw = runner.create([k, k, x.shape[3]!, dy.shape[3]!])
    if (k === 1) pointwiseWeightGradient(runner, x, dy, dw)
    else winogradWeightGradient(runner, x, dy, dw)
    return dw
  },
)

function pointwiseWeightGradient(
  runner: KernelRunner,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  dw: tf.TensorInfo,
): void {
  const [n, height, width, channels] = x.shape as unknown as Shape4
  const outputs = dy.shape[3]!
  const pixels = n * height * width
  const padded = paddedTo8(outputs)
  const block = Math.ceil(pixels / PARTS)
  const parts = Math.ceil(pixels / block)
  const sumFloats = parts * channels * padded
  runner.withScratch(sumFloats + runner.threads * 64 * padded, (sumsAt) => {
    runner.run('pointwiseWeightSums', parts, [
      runner.addressOf(x),
      runner.addressOf(dy),
      sumsAt,
      sumsAt + 4 * sumFloats,
      pixels,
      channels,
      outputs,
      block,
    ])
    runner.run('sumParts', channels, [sumsAt, runner.addressOf(dw), parts, channels, outputs])
  })
}

function winogradWeightGradient(
  runner: KernelRunner,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  dw: tf.TensorInfo,
): void {
  const [n, height, width, channels] = x.shape as unknown as Shape4
  const outputs = dy.shape[3]!
  const blocks = Math.ceil(tilesOf(x) / TILES_PER_TASK)
  const blocksPerPart = Math.ceil(blocks / PARTS)
  const parts = Math.ceil(blocks / blocksPerPart)
  const sumFloats = parts * 36 * channels * paddedTo8(outputs)
  const scratchFloats = runner.kernels.winogradScratchFloats(channels, outputs)
  runner.withScratch(sumFloats + runner.threads * scratchFloats, (sumsAt) => {
    const scratchAt = sumsAt + 4 * sumFloats
    const sizes = [n, height, width, channels, outputs]
    runner.run('winogradWeightSums', parts, [
      runner.addressOf(x),
      runner.addressOf(dy),
      sumsAt,
      scratchAt,
      ...sizes,
      blocksPerPart,
    ])
    runner.run('winogradWeightGradient', channels, [
      sumsAt,
      runner.addressOf(dw),
      scratchAt,
      parts,
      channels,
      outputs,
    ])
  })
}

function tilesOf(x: tf.TensorInfo): number {
  const [n, height, width] = x.shape as unknown as Shape4
  return n * Math.ceil(height / TILE) * Math.ceil(width / TILE)
}

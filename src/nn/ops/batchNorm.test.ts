import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { batchNorm, normalise, type Activation } from './batchNorm'

const shape = (channels: number): [number, number, number, number] => [2, 3, 4, channels]
const x = (channels: number) => tf.randomNormal<tf.Rank.R4>(shape(channels), 0.5, 2, 'float32', 1)
const scale = (channels: number) => tf.randomNormal<tf.Rank.R1>([channels], 1, 0.3, 'float32', 2)
const shift = (channels: number) => tf.randomNormal<tf.Rank.R1>([channels], 0, 0.5, 'float32', 3)
const dy = (channels: number) => tf.randomNormal<tf.Rank.R4>(shape(channels), 0, 1, 'float32', 4)

/** The textbook form, differentiated by TensorFlow.js. */
function textbook(t: tf.Tensor, g: tf.Tensor, b: tf.Tensor, activation: Activation): tf.Tensor {
  const mean = tf.mean(t, [0, 1, 2])
  const variance = tf.mean(tf.square(tf.sub(t, mean)), [0, 1, 2])
  const affine = tf.add(tf.mul(tf.div(tf.sub(t, mean), tf.sqrt(tf.add(variance, 1e-5))), g), b)
  return activation === 'relu' ? tf.relu(affine) : affine
}

describe.each(['cpu', 'wasm'] as const)('batchNorm on %s', (backend) => {
  // The own kernels of the wasm backend take whole vectors of channels: 5 are left to TensorFlow.js.
  test.each([
    ['relu', 5],
    ['linear', 5],
    ['relu', 28],
    ['linear', 28],
  ] as const)('equals the textbook form and its gradients, %s, %i channels', async (activation, channels) => {
    await startBackend('cpu')
    const args = [x(channels), scale(channels), shift(channels)]
    const value = textbook(args[0]!, args[1]!, args[2]!, activation).dataSync()
    const expected = tf.grads((t, g, b) => textbook(t!, g!, b!, activation))(args, dy(channels))
    const gradients = expected.map((t) => t.dataSync())

    await startBackend(backend)
    const ours = (t: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      batchNorm(t as tf.Tensor4D, g as tf.Tensor1D, b as tf.Tensor1D, activation, () => {})
    const inputs = [x(channels), scale(channels), shift(channels)]
    expect(maxDifference(ours(inputs[0]!, inputs[1]!, inputs[2]!).dataSync(), value)).toBeLessThan(2e-6)
    const found = tf.grads((t, g, b) => ours(t!, g!, b!))(inputs, dy(channels))
    found.forEach((t, i) => expect(maxDifference(t.dataSync(), gradients[i]!)).toBeLessThan(2e-5))
  })

  test('tells the mean and the biased variance; with them, inference gives the same', async () => {
    await startBackend(backend)
    // Channel 0: 1, 3, mean 2, variance 1. Channel 1: 5, 5, mean 5, variance 0.
    const t = tf.tensor4d([1, 5, 3, 5], [1, 1, 2, 2])
    const [g, b] = [tf.tensor1d([2, 1]), tf.tensor1d([0.5, -1])]
    const told: number[][] = []
    const trained = batchNorm(t, g, b, 'linear', ({ mean, variance }) =>
      told.push([...mean.dataSync()], [...variance.dataSync()]),
    )
    expect(told).toEqual([
      [2, 5],
      [1, 0],
    ])
    // 2 (1 - 2) + .5 = -1.5 and 2 (3 - 2) + .5 = 2.5; the constant channel gives its shift.
    expect(maxDifference(trained.dataSync(), [-1.5, -1, 2.5, -1])).toBeLessThan(2e-5)
    const statistics = { mean: tf.tensor1d([2, 5]), variance: tf.tensor1d([1, 0]) }
    const inferred = normalise(t, g, b, statistics, 'linear')
    expect(maxDifference(inferred.dataSync(), trained.dataSync())).toBeLessThan(1e-6)
  })
})

import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { layerNorm } from './layerNorm'

const x = () => tf.randomNormal<tf.Rank.R2>([7, 6], 3, 2, 'float32', 1)
const weight = () => tf.randomNormal<tf.Rank.R1>([6], 1, 0.3, 'float32', 2)
const bias = () => tf.randomNormal<tf.Rank.R1>([6], 0, 0.5, 'float32', 3)
const dy = () => tf.randomNormal<tf.Rank.R2>([7, 6], 0, 1, 'float32', 4)

/** The textbook form, differentiated by TensorFlow.js. */
function textbook(t: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const centred = tf.sub(t, tf.mean(t, 1, true))
  const variance = tf.mean(tf.square(centred), 1, true)
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, 1e-6))), g), b)
}

describe.each(['cpu', 'wasm'] as const)('layerNorm on %s', (backend) => {
  test('equals the textbook form and its gradients', async () => {
    await startBackend('cpu')
    const args = [x(), weight(), bias()]
    const value = textbook(args[0]!, args[1]!, args[2]!).dataSync()
    const expected = tf
      .grads((t, g, b) => textbook(t!, g!, b!))(args, dy())
      .map((t) => t.dataSync())

    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const ours = (t: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
        layerNorm(t as tf.Tensor2D, g as tf.Tensor1D, b as tf.Tensor1D, 1e-6)
      const inputs = [x(), weight(), bias()]
      const found = ours(inputs[0]!, inputs[1]!, inputs[2]!).dataSync()
      expect(maxDifference(found, value)).toBeLessThan(2e-6)
      const gradients = tf.grads((t, g, b) => ours(t!, g!, b!))(inputs, dy())
      gradients.forEach((t, i) => expect(maxDifference(t.dataSync(), expected[i]!)).toBeLessThan(1e-5))
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a row of equal values gives the bias', async () => {
    await startBackend(backend)
    const flat = tf.fill([1, 6], 4) as tf.Tensor2D
    expect(maxDifference(layerNorm(flat, weight(), bias(), 1e-6).dataSync(), bias().dataSync())).toBeLessThan(
      1e-6,
    )
  })
})

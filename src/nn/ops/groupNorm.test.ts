import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { groupNorm } from './groupNorm'

const shape: [number, number, number, number] = [2, 3, 4, 6]
const x = () => tf.randomNormal<tf.Rank.R4>(shape, 0.5, 2, 'float32', 1)
const scale = () => tf.randomNormal<tf.Rank.R1>([6], 1, 0.3, 'float32', 2)
const shift = () => tf.randomNormal<tf.Rank.R1>([6], 0, 0.5, 'float32', 3)
const dy = () => tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', 4)

/** The textbook form, differentiated by TensorFlow.js. */
function textbook(
  t: tf.Tensor,
  g: tf.Tensor,
  b: tf.Tensor,
  groups: number,
  activation: 'relu' | 'linear',
): tf.Tensor {
  const [n, h, w, c] = shape
  const grouped = tf.reshape(t, [n, h * w, groups, c / groups])
  const mean = tf.mean(grouped, [1, 3], true)
  const variance = tf.mean(tf.square(tf.sub(grouped, mean)), [1, 3], true)
  const normalised = tf.reshape(tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5))), shape)
  const affine = tf.add(tf.mul(normalised, g), b)
  return activation === 'relu' ? tf.relu(affine) : affine
}

describe.each(['cpu', 'wasm'] as const)('groupNorm on %s', (backend) => {
  test.each([
    [1, 'relu'],
    [2, 'relu'],
    [3, 'linear'],
    [6, 'relu'],
  ] as const)('equals the textbook form and its gradients, %i groups, %s', async (groups, activation) => {
    await startBackend('cpu')
    const args = [x(), scale(), shift()]
    const value = textbook(args[0]!, args[1]!, args[2]!, groups, activation).dataSync()
    const grads = tf
      .grads((t, g, b) => textbook(t!, g!, b!, groups, activation))(args, dy())
      .map((t) => t.dataSync())

    await startBackend(backend)
    const ours = (t: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      groupNorm(t as tf.Tensor4D, g as tf.Tensor1D, b as tf.Tensor1D, { groups, activation })
    const inputs = [x(), scale(), shift()]
    expect(maxDifference(ours(inputs[0]!, inputs[1]!, inputs[2]!).dataSync(), value)).toBeLessThan(2e-6)
    const found = tf.grads((t, g, b) => ours(t!, g!, b!))(inputs, dy())
    found.forEach((t, i) => expect(maxDifference(t.dataSync(), grads[i]!)).toBeLessThan(2e-5))
  })

  test('a constant picture has no spread to divide by and gives the shift', async () => {
    await startBackend(backend)
    const flat = tf.fill<tf.Rank.R4>([1, 2, 2, 2], 3)
    const y = groupNorm(flat, tf.tensor1d([1, 1]), tf.tensor1d([0.25, -2]), {
      groups: 1,
      activation: 'linear',
    })
    expect(maxDifference(y.dataSync(), [0.25, -2, 0.25, -2, 0.25, -2, 0.25, -2])).toBeLessThan(1e-4)
  })
})

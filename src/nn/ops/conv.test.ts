import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { conv, convOfConstant } from './conv'

const x = () => tf.randomNormal<tf.Rank.R4>([2, 5, 7, 3], 0, 1, 'float32', 1)
const w = (k: number) => tf.randomNormal<tf.Rank.R4>([k, k, 3, 4], 0, 1, 'float32', 2)
const dy = () => tf.randomNormal<tf.Rank.R4>([2, 5, 7, 4], 0, 1, 'float32', 3)

/** What TensorFlow.js's own cpu gradients say. */
async function reference(k: number) {
  await startBackend('cpu')
  const [dx, dw] = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))(
    [x(), w(k)],
    dy(),
  )
  return { dx: dx!.dataSync(), dw: dw!.dataSync() }
}

describe.each(['cpu', 'wasm'] as const)('conv on %s', (backend) => {
  test.each([1, 3, 5])('has the gradients of the built-in convolution, kernel %i', async (k) => {
    const expected = await reference(k)
    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const [dx, dw] = tf.grads((a, b) => conv(a as tf.Tensor4D, b as tf.Tensor4D))([x(), w(k)], dy())
      expect(maxDifference(dx!.dataSync(), expected.dx)).toBeLessThan(2e-5)
      expect(maxDifference(dw!.dataSync(), expected.dw)).toBeLessThan(2e-5)
      const input = x()
      const frozen = tf.grad((b) => convOfConstant(input, b as tf.Tensor4D))(w(k), dy())
      expect(maxDifference(frozen.dataSync(), expected.dw)).toBeLessThan(2e-5)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

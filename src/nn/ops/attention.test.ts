import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { attention } from './attention'

const [n, tokens, heads, d] = [2, 5, 3, 4]
const qkv = () => tf.randomNormal<tf.Rank.R3>([n, tokens, 3 * heads * d], 0, 1.5, 'float32', 1)
const dy = () => tf.randomNormal<tf.Rank.R3>([n, tokens, heads * d], 0, 1, 'float32', 2)

/** The textbook form with batched products, differentiated by TensorFlow.js. */
function textbook(x: tf.Tensor): tf.Tensor {
  const parts = tf.transpose(tf.reshape(x, [n, tokens, 3, heads, d]), [2, 0, 3, 1, 4])
  const [q, k, v] = tf.unstack(parts) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
  const map = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d)))
  return tf.reshape(tf.transpose(tf.matMul(map, v), [0, 2, 1, 3]), [n, tokens, heads * d])
}

describe.each(['cpu', 'wasm'] as const)('attention on %s', (backend) => {
  test('equals the textbook form and its gradient', async () => {
    await startBackend('cpu')
    const value = textbook(qkv()).dataSync()
    const expected = tf.grad(textbook)(qkv(), dy()).dataSync()

    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      expect(maxDifference(attention(qkv(), heads).dataSync(), value)).toBeLessThan(2e-6)
      const gradient = tf.grad((x) => attention(x as tf.Tensor3D, heads))(qkv(), dy())
      expect(maxDifference(gradient.dataSync(), expected)).toBeLessThan(5e-6)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

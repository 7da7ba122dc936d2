import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { gelu } from './gelu'

describe.each(['cpu', 'wasm'] as const)('gelu on %s', (backend) => {
  test('has the values and slopes of the normal distribution', async () => {
    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const x = tf.tensor2d([[-2, 0, 1, 6]])
      // From tables: Phi(-2) = .0227501, Phi(1) = .8413447; phi(2) = .0539910, phi(1) = .2419707.
      expect(maxDifference(gelu(x).dataSync(), [-0.0455003, 0, 0.8413447, 6])).toBeLessThan(2e-6)
      const slope = tf.grad((t) => gelu(t as tf.Tensor2D))(x, tf.tensor2d([[1, 1, 1, 2]]))
      // Phi(x) + x phi(x), the last one twice.
      const slopes = [0.0227501 - 2 * 0.053991, 0.5, 0.8413447 + 0.2419707, 2]
      expect(maxDifference(slope.dataSync(), slopes)).toBeLessThan(2e-6)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { frozenLinear, frozenLinearOfConstant } from './frozenLinear'

describe.each(['cpu', 'wasm'] as const)('frozenLinear on %s', (backend) => {
  test('gives x kernel + bias, and gradients to x and the bias', async () => {
    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 2],
        [3, 4],
      ])
      const kernel = tf.tensor2d([
        [1, 0, 2],
        [0, 1, -1],
      ])
      const bias = tf.tensor1d([10, 20, 30])
      const dy = tf.tensor2d([
        [1, 0, 1],
        [0, 2, 1],
      ])
      const value = [11, 22, 30, 13, 24, 32]
      expect([...frozenLinear(x, kernel, bias).dataSync()]).toEqual(value)
      const [dx, db] = tf.grads((t, b) => frozenLinear(t as tf.Tensor2D, kernel, b as tf.Tensor1D))(
        [x, bias],
        dy,
      )
      // dy kernel^T: (1 + 2, -1), (2, 2 - 1). Columns of dy: 1, 2, 2.
      expect(maxDifference(dx!.dataSync(), [3, -1, 2, 1])).toBeLessThan(1e-6)
      expect(maxDifference(db!.dataSync(), [1, 2, 2])).toBeLessThan(1e-6)
      expect([...frozenLinearOfConstant(x, kernel, bias).dataSync()]).toEqual(value)
      const alone = tf.grad((b) => frozenLinearOfConstant(x, kernel, b as tf.Tensor1D))(bias, dy)
      expect(maxDifference(alone.dataSync(), [1, 2, 2])).toBeLessThan(1e-6)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

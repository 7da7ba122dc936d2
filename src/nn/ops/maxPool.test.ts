import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { maxPool } from './maxPool'

const x = () => tf.randomNormal<tf.Rank.R4>([2, 6, 4, 3], 0, 1, 'float32', 1)
const dy = () => tf.randomNormal<tf.Rank.R4>([2, 3, 2, 3], 0, 1, 'float32', 2)

describe.each(['cpu', 'wasm'] as const)('maxPool on %s', (backend) => {
  test('equals the built-in pooling and its gradient on the cpu backend', async () => {
    await startBackend('cpu')
    const builtIn = (t: tf.Tensor) => tf.maxPool(t as tf.Tensor4D, 2, 2, 'valid')
    const value = builtIn(x()).dataSync()
    const gradient = tf.grad(builtIn)(x(), dy()).dataSync()
    await startBackend(backend)
    expect(maxDifference(maxPool(x()).dataSync(), value)).toBeLessThan(1e-6)
    const found = tf.grad((t) => maxPool(t as tf.Tensor4D))(x(), dy())
    expect(maxDifference(found.dataSync(), gradient)).toBeLessThan(1e-6)
  })

  test('of equal pixels the first one gets the whole gradient', async () => {
    await startBackend(backend)
    const flat = tf.zeros<tf.Rank.R4>([1, 2, 2, 2])
    const found = tf.grad((t) => maxPool(t as tf.Tensor4D))(flat, tf.tensor4d([3, 5], [1, 1, 1, 2]))
    expect([...found.dataSync()]).toEqual([3, 5, 0, 0, 0, 0, 0, 0])
  })

  test('has the gradient of finite differences', async () => {
    await startBackend(backend)
    // The step stays below the smallest distance of two values in a block.
    expect(gradientError((t) => maxPool(t as tf.Tensor4D), [[2, 4, 2, 2]], 1e-3)).toBeLessThan(3e-3)
  })
})

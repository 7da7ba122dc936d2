import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { tf } from '../tf'
import { addBias } from './addBias'
import { concatChannels } from './concatChannels'

describe.each(['cpu', 'wasm'] as const)('channels on %s', (backend) => {
  test('concatChannels puts the channels side by side and takes the gradient apart', async () => {
    await startBackend(backend)
    const a = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2])
    const b = tf.tensor4d([5, 6], [1, 1, 2, 1])
    expect([...concatChannels(a, b).dataSync()]).toEqual([1, 2, 5, 3, 4, 6])
    const joined = (x: tf.Tensor, y: tf.Tensor) => concatChannels(x as tf.Tensor4D, y as tf.Tensor4D)
    const shapes = [2, 3].map((channels) => [2, 2, 3, channels])
    expect(gradientError((x, y) => joined(x!, y!), shapes)).toBeLessThan(1e-3)
  })

  test('addBias adds one number a channel and sums its gradient over the pixels', async () => {
    await startBackend(backend)
    const sum = addBias(tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]), tf.tensor1d([10, 20]))
    expect([...sum.dataSync()]).toEqual([11, 22, 13, 24])
    const biased = (x: tf.Tensor, bias: tf.Tensor) => addBias(x as tf.Tensor4D, bias as tf.Tensor1D)
    expect(gradientError((x, bias) => biased(x!, bias!), [[2, 3, 2, 4], [4]])).toBeLessThan(1e-3)
  })
})

import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { tf } from '../tf'
import { pixelShuffle } from './pixelShuffle'

describe.each(['cpu', 'wasm'] as const)('pixelShuffle on %s', (backend) => {
  test('gives the rows of the published vector (boxes2pixels.md T5)', async () => {
    await startBackend(backend)
    const y = pixelShuffle(tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7], [1, 1, 2, 4]), 2)
    expect(y.shape).toEqual([1, 2, 4, 1])
    expect([...y.dataSync()]).toEqual([0, 1, 4, 5, 2, 3, 6, 7])
  })

  test('equals depthToSpace, with more channels and pictures', async () => {
    await startBackend(backend)
    const x = tf.randomNormal<tf.Rank.R4>([2, 3, 2, 12], 0, 1, 'float32', 1)
    const expected = tf.depthToSpace(x, 2, 'NHWC').dataSync()
    expect([...pixelShuffle(x, 2).dataSync()]).toEqual([...expected])
  })

  test('has the gradient of finite differences', async () => {
    await startBackend(backend)
    expect(gradientError((x) => pixelShuffle(x as tf.Tensor4D, 2), [[2, 2, 3, 8]])).toBeLessThan(1e-3)
  })
})

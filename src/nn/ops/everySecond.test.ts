import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { conv } from './conv'
import { everySecond } from './everySecond'

const SIDES = [
  [4, 6],
  [5, 7],
  [3, 8],
] as const

describe.each(['cpu', 'wasm'] as const)('everySecond on %s', (backend) => {
  test.each(SIDES)('after a convolution it is the one with stride 2 and padding 1, %i x %i', async (h, w) => {
    const x = () => tf.randomNormal<tf.Rank.R4>([2, h, w, 3], 0, 1, 'float32', 1)
    const kernel = () => tf.randomNormal<tf.Rank.R4>([3, 3, 3, 4], 0, 1, 'float32', 2)
    const [oh, ow] = [Math.ceil(h / 2), Math.ceil(w / 2)]
    const dy = () => tf.randomNormal<tf.Rank.R4>([2, oh, ow, 4], 0, 1, 'float32', 3)
    const strided = (a: tf.Tensor, b: tf.Tensor): tf.Tensor4D => {
      const padded = tf.pad(a as tf.Tensor4D, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ])
      return tf.conv2d(padded, b as tf.Tensor4D, 2, 'valid')
    }
    await startBackend('cpu')
    const value = strided(x(), kernel()).dataSync()
    const gradients = tf
      .grads((a, b) => strided(a!, b!))([x(), kernel()], dy())
      .map((t) => t.dataSync())

    await startBackend(backend)
    const ours = (a: tf.Tensor, b: tf.Tensor) => everySecond(conv(a as tf.Tensor4D, b as tf.Tensor4D))
    expect(ours(x(), kernel()).shape).toEqual([2, oh, ow, 4])
    expect(maxDifference(ours(x(), kernel()).dataSync(), value)).toBeLessThan(1e-5)
    const found = tf.grads((a, b) => ours(a!, b!))([x(), kernel()], dy())
    found.forEach((t, i) => expect(maxDifference(t.dataSync(), gradients[i]!)).toBeLessThan(2e-5))
  })

  test.each(SIDES)('has the gradient of finite differences, %i x %i', async (h, w) => {
    await startBackend(backend)
    expect(gradientError((x) => everySecond(x as tf.Tensor4D), [[2, h, w, 2]])).toBeLessThan(1e-3)
  })
})

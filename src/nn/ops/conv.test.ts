import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { conv, convOfConstant } from './conv'

/** Sizes of one case: n, height, width, inputs, outputs. */
type Sizes = readonly [number, number, number, number, number]

const x = ([n, h, w, inputs]: Sizes) => tf.randomNormal<tf.Rank.R4>([n, h, w, inputs], 0, 1, 'float32', 1)
const kernel = (k: number, [, , , inputs, outputs]: Sizes) =>
  tf.randomNormal<tf.Rank.R4>([k, k, inputs, outputs], 0, 1, 'float32', 2)
const dy = ([n, h, w, , outputs]: Sizes) =>
  tf.randomNormal<tf.Rank.R4>([n, h, w, outputs], 0, 1, 'float32', 3)

/** What TensorFlow.js's own cpu gradients say. */
async function reference(k: number, sizes: Sizes) {
  await startBackend('cpu')
  const y = tf.conv2d(x(sizes), kernel(k, sizes), 1, 'same').dataSync()
  const [dx, dw] = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))(
    [x(sizes), kernel(k, sizes)],
    dy(sizes),
  )
  return { y, dx: dx!.dataSync(), dw: dw!.dataSync() }
}

const CASES: readonly (readonly [string, number, Sizes])[] = [
  ['1x1, few channels', 1, [2, 5, 7, 3, 4]],
  ['3x3, few channels', 3, [2, 5, 7, 3, 4]],
  ['5x5', 5, [2, 5, 7, 3, 4]],
  // Channels that the own kernels of the wasm backend take: whole vectors of inputs, tiles that the picture cuts.
  ['1x1, whole vectors', 1, [2, 5, 7, 12, 8]],
  ['1x1, outputs that fill no vector', 1, [3, 9, 11, 8, 7]],
  ['3x3, whole vectors', 3, [2, 5, 7, 8, 12]],
  ['3x3, more tiles than a task holds', 3, [3, 17, 19, 4, 16]],
]

describe.each(['cpu', 'wasm'] as const)('conv on %s', (backend) => {
  test.each(CASES)('equals the built-in convolution and its gradients: %s', async (_, k, sizes) => {
    const expected = await reference(k, sizes)
    await startBackend(backend)
    const before = tf.memory().numTensors
    // Rounding grows with the number of products that a value sums.
    const [n, h, w, inputs, outputs] = sizes
    const bound = (products: number): number => 2e-6 * Math.max(10, 2 * Math.sqrt(products))
    tf.tidy(() => {
      const y = conv(x(sizes), kernel(k, sizes))
      expect(maxDifference(y.dataSync(), expected.y)).toBeLessThan(bound(k * k * inputs))
      const [dx, dw] = tf.grads((a, b) => conv(a as tf.Tensor4D, b as tf.Tensor4D))(
        [x(sizes), kernel(k, sizes)],
        dy(sizes),
      )
      expect(maxDifference(dx!.dataSync(), expected.dx)).toBeLessThan(bound(k * k * outputs))
      expect(maxDifference(dw!.dataSync(), expected.dw)).toBeLessThan(bound(n * h * w))
      const input = x(sizes)
      const frozen = tf.grad((b) => convOfConstant(input, b as tf.Tensor4D))(kernel(k, sizes), dy(sizes))
      expect(maxDifference(frozen.dataSync(), expected.dw)).toBeLessThan(bound(n * h * w))
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

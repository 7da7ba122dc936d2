import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { interpolationMatrix, resize } from './resize'

/** h x w -> H x W: both up by an odd factor, both down, one up and one down, the even factor of `upsample`. */
const SIZES = [
  [3, 5, 21, 35],
  [16, 24, 7, 11],
  [7, 4, 5, 9],
  [1, 3, 2, 2],
  [3, 4, 6, 8],
] as const

test('2 -> 4 samples gives the rows of the published vector (boxes2pixels.md T5)', () => {
  const { rows, columns, data } = interpolationMatrix(2, 4)
  expect([rows, columns]).toEqual([4, 2])
  expect([...data]).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1])
})

test('296 -> 130 and 520 -> 518 samples: every row sums to 1 and touches two neighbours at most', () => {
  for (const [n, m] of [
    [296, 130],
    [520, 518],
  ] as const) {
    const { data } = interpolationMatrix(n, m)
    for (let o = 0; o < m; o++) {
      const row = data.subarray(o * n, (o + 1) * n)
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
      const touched = [...row.keys()].filter((i) => row[i] !== 0)
      expect(touched.at(-1)! - touched[0]!).toBeLessThanOrEqual(1)
    }
  }
})

describe.each(['cpu', 'wasm'] as const)('resize on %s', (backend) => {
  test.each(SIZES)('%i x %i -> %i x %i equals the built-in forward resize', async (h, w, height, width) => {
    const x = () => tf.randomNormal<tf.Rank.R4>([2, h, w, 3], 0, 1, 'float32', 7)
    // Of the cpu backend, which places its samples in double precision; wasm errs by 5e-6.
    await startBackend('cpu')
    const expected = tf.tidy(() => tf.image.resizeBilinear(x(), [height, width], false, true).dataSync())
    await startBackend(backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      expect(maxDifference(resize(x(), { height, width }).dataSync(), expected)).toBeLessThan(2e-6)
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  test.each(SIZES)('%i x %i -> %i x %i: its gradient is the adjoint', async (h, w, height, width) => {
    await startBackend(backend)
    const size = { height, width }
    const count = 2 * h * w * 2
    tf.tidy(() => {
      // One unit vector after the other: <R e_i, y> is coefficient i of the adjoint, edges and corners included.
      const y = tf.randomNormal<tf.Rank.R4>([2, height, width, 2], 0, 1, 'float32', 8)
      const adjoint = tf
        .grad((t) => resize(t as tf.Tensor4D, size))(tf.zeros([2, h, w, 2]), y)
        .dataSync()
      const expected = Float32Array.from({ length: count }, (_, at) => {
        const unit = new Float32Array(count)
        unit[at] = 1
        return tf.tidy(() => tf.sum(tf.mul(resize(tf.tensor4d(unit, [2, h, w, 2]), size), y)).dataSync()[0]!)
      })
      expect(maxDifference(adjoint, expected)).toBeLessThan(2e-5)
    })
  })
})

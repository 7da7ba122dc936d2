import { describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { upsample } from './upsample'

/**
 * The interpolation matrix of one axis, n -> n f samples (boxes2pixels.md §4b):
 * s = max((o + .5) / f - .5, 0), i = floor(s), R[o, i] += 1 - (s - i), R[o, min(i + 1, n - 1)] += s - i.
 */
function matrix(n: number, factor: number): number[][] {
  return Array.from({ length: n * factor }, (_, o) => {
    const row = Array.from({ length: n }, () => 0)
    const s = Math.max((o + 0.5) / factor - 0.5, 0)
    const i = Math.floor(s)
    row[i]! += 1 - (s - i)
    row[Math.min(i + 1, n - 1)]! += s - i
    return row
  })
}

/** Y = R_h X R_w^T for one example and one channel. */
function byMatrices(x: Float32Array, h: number, w: number, factor: number): number[] {
  const rows = matrix(h, factor)
  const columns = matrix(w, factor)
  const y: number[] = []
  for (const r of rows) {
    for (const c of columns) {
      let sum = 0
      for (let i = 0; i < h; i++) for (let j = 0; j < w; j++) sum += r[i]! * c[j]! * x[i * w + j]!
      y.push(sum)
    }
  }
  return y
}

describe.each(['cpu', 'wasm'] as const)('upsample on %s', (backend) => {
  test('2 -> 4 samples gives the rows of the published vector', async () => {
    await startBackend(backend)
    // boxes2pixels.md T5: R = [1,0] [.75,.25] [.25,.75] [0,1]; with x = (0, 1) that is the second column.
    const y = upsample(tf.tensor4d([0, 1, 0, 1], [1, 2, 2, 1]), 2)
    expect([...y.dataSync()].slice(0, 4)).toEqual([0, 0.25, 0.75, 1])
  })

  test.each([2, 4])('equals two interpolation matrices, factor %i', async (factor) => {
    await startBackend(backend)
    const x = tf.randomNormal<tf.Rank.R4>([1, 3, 5, 1], 0, 1, 'float32', 7)
    const expected = byMatrices(x.dataSync() as Float32Array, 3, 5, factor)
    expect(maxDifference(upsample(x, factor).dataSync(), expected)).toBeLessThan(1e-6)
  })

  test.each([2, 4])('its gradient is the adjoint: <U x, y> = <x, U* y>, factor %i', async (factor) => {
    await startBackend(backend)
    // One unit vector after the other: U* y is compared coefficient by coefficient, edges and corners included.
    const y = tf.randomNormal<tf.Rank.R4>([2, 3 * factor, 4 * factor, 2], 0, 1, 'float32', 8)
    const adjoint = tf
      .grad((t) => upsample(t as tf.Tensor4D, factor))(tf.zeros([2, 3, 4, 2]), y)
      .dataSync()
    const expected = Float32Array.from({ length: 48 }, (_, at) => {
      const unit = new Float32Array(48)
      unit[at] = 1
      return tf.tidy(
        () => tf.sum(tf.mul(upsample(tf.tensor4d(unit, [2, 3, 4, 2]), factor), y)).dataSync()[0]!,
      )
    })
    expect(maxDifference(adjoint, expected)).toBeLessThan(1e-5)
  })
})

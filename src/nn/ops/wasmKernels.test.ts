import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../__fixtures__/backends'
import { tf } from '../tf'

// `startBackend('wasm')` repairs the kernels, so these are the replaced ones.
describe('repaired wasm kernels', () => {
  beforeAll(() => startBackend('wasm'))

  const x = () =>
    tf.tensor(
      Float32Array.from({ length: 120 }, (_, i) => i),
      [2, 3, 4, 5],
    )

  test.each([
    [
      [0, 0, 0, 0],
      [2, 3, 4, 5],
    ],
    [
      [1, 0, 0, 0],
      [1, 3, 4, 5],
    ],
    [
      [0, 1, 0, 0],
      [2, 2, 4, 5],
    ],
    [
      [0, 0, 2, 0],
      [2, 3, 1, 5],
    ],
    [
      [1, 1, 1, 2],
      [1, 2, 3, 2],
    ],
    [
      [0, 2, 0, 4],
      [2, 1, 4, 1],
    ],
  ])('slice from %j of %j equals index arithmetic', (from, extent) => {
    const expected: number[] = []
    for (let a = from[0]!; a < from[0]! + extent[0]!; a++)
      for (let b = from[1]!; b < from[1]! + extent[1]!; b++)
        for (let c = from[2]!; c < from[2]! + extent[2]!; c++)
          for (let d = from[3]!; d < from[3]! + extent[3]!; d++) expected.push(((a * 3 + b) * 4 + c) * 5 + d)
    const found = tf.slice(x(), from, extent)
    expect(found.shape).toEqual(extent)
    expect([...found.dataSync()]).toEqual(expected)
  })

  test('slice of a vector, and of whole numbers', () => {
    expect([...tf.slice(tf.tensor1d([1, 2, 3, 4]), 1, 2).dataSync()]).toEqual([2, 3])
    const whole = tf.slice(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), [0, 1], [2, 1])
    expect(whole.dtype).toBe('int32')
    expect([...whole.dataSync()]).toEqual([2, 4])
  })

  test.each([0, 1, 3, -1])('unstack along axis %i', (axis) => {
    const parts = tf.unstack(x(), axis)
    const at = (axis + 4) % 4
    parts.forEach((part, i) => {
      const from = [0, 0, 0, 0]
      from[at] = i
      const extent = [2, 3, 4, 5]
      extent[at] = 1
      expect(part.shape).toEqual([2, 3, 4, 5].filter((_, axisOf) => axisOf !== at))
      expect([...part.dataSync()]).toEqual([...tf.slice(x(), from, extent).dataSync()])
    })
  })

  test('a clone outlives its original, and no memory is left', () => {
    const before = tf.memory()
    const original = tf.tensor1d([5, 6])
    const copy = tf.clone(original)
    original.dispose()
    expect([...copy.dataSync()]).toEqual([5, 6])
    copy.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
  })
})

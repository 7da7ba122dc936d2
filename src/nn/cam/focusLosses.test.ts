import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { supervisedContrast } from '../../ml/cam/supervisedContrast'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { tf } from '../tf'
import { classLoss } from './classLoss'
import { contrastLoss } from './contrastLoss'
import { focusRegions } from './focusRegions'
import { poolClassMaps, pooledCellCount } from './poolClassMaps'
import { regionMeans } from './regionMeans'

const value = (x: tf.Tensor): number => x.dataSync()[0]!

describe.each(['cpu', 'wasm'] as const)('what the classifier learns by, on %s', (backend) => {
  test('T4: supervised contrast of four vectors', async () => {
    await startBackend(backend)
    const rows = [
      [1, 0],
      [0.8, 0.6],
      [0, 1],
      [-0.6, 0.8],
    ]
    const loss = contrastLoss(tf.tensor2d(rows), [1, 1, 0, 0], tf.ones([4]), 0.1)
    expect(value(loss)).toBeCloseTo(0.06378, 6)
  })

  test('rows that are not there change nothing, anchors without company are skipped', async () => {
    await startBackend(backend)
    const random = createRandom(3)
    const rows = Array.from({ length: 6 }, () => {
      const row = [random.normal(), random.normal(), random.normal()]
      const length = Math.hypot(...row)
      return row.map((x) => x / length)
    })
    const labels = [1, 0, 1, 0, 2, 0]
    const used = [1, 1, 1, 0, 1, 1]
    const found = contrastLoss(tf.tensor2d(rows), labels, tf.tensor1d(used), 0.1)
    const among = <T>(list: readonly T[]): T[] => list.filter((_, i) => used[i] === 1)
    expect(value(found)).toBeCloseTo(supervisedContrast(among(rows), among(labels), 0.1).loss!, 5)
    expect(value(contrastLoss(tf.tensor2d(rows), labels, tf.zeros([6]), 0.1))).toBe(0)
    // The lowest temperature that can be set.
    expect(Number.isFinite(value(contrastLoss(tf.tensor2d(rows), labels, tf.tensor1d(used), 0.01)))).toBe(
      true,
    )
  })

  test('contrast: the gradient is that of finite differences', async () => {
    await startBackend(backend)
    const used = tf.tensor1d([1, 1, 1, 1, 0])
    expect(
      gradientError((v) => contrastLoss(v as tf.Tensor2D, [1, 0, 1, 0, 0], used, 2), [[5, 3]]),
    ).toBeLessThan(2e-3)
    used.dispose()
  })

  test('class loss: the weighted mean over what somebody answered', async () => {
    await startBackend(backend)
    const [logits, presence] = [tf.tensor2d([[2, -1]]), tf.tensor2d([[1, 0]])]
    const weights = tf.tensor1d([3, 1])
    const all = classLoss(logits, presence, tf.tensor2d([[1, 1]]), weights)
    // 3 log(1 + e^-2) = .380784 and log(1 + e^-1) = .313262.
    expect(value(all)).toBeCloseTo((0.380784 + 0.313262) / 2, 5)
    expect(value(classLoss(logits, presence, tf.tensor2d([[1, 0]]), weights))).toBeCloseTo(0.380784, 5)
    expect(value(classLoss(logits, presence, tf.tensor2d([[0, 0]]), weights))).toBe(0)
    expect(
      value(classLoss(tf.tensor2d([[100, -200]]), presence, tf.tensor2d([[1, 1]]), weights)),
    ).toBeCloseTo(0, 30)
  })

  test('class loss: the gradient is that of finite differences', async () => {
    await startBackend(backend)
    const constants = tf.tidy(
      () =>
        [
          tf.tensor2d([
            [1, 0, 1],
            [0, 0, 0],
          ]),
          tf.tensor2d([
            [1, 1, 0],
            [1, 0, 1],
          ]),
          tf.tensor1d([2, 1, 5]),
        ] as const,
    )
    const [presence, known, weights] = constants
    expect(
      gradientError((logits) => classLoss(logits as tf.Tensor2D, presence, known, weights), [[2, 3]]),
    ).toBeLessThan(2e-3)
    tf.dispose([...constants])
  })

  test('pooling: the mean, or the mean of the strongest 1 %, of the content alone', async () => {
    await startBackend(backend)
    const cells = Array.from({ length: 20 * 20 }, (_, p) => (p % 20 < 15 ? p : 5000))
    const map = tf.tensor4d(cells, [1, 20, 20, 1])
    const content = tf.tensor3d(
      cells.map((_, p) => (p % 20 < 15 ? 1 : 0)),
      [1, 20, 20],
    )
    const inside = cells.filter((_, p) => p % 20 < 15)
    const mean = inside.reduce((a, b) => a + b) / 300
    expect(value(poolClassMaps(map, content, [300], 'mean'))).toBeCloseTo(mean, 2)
    // Three of 300: 394, 393, 392.
    expect(pooledCellCount(300, 'top')).toBe(3)
    expect(value(poolClassMaps(map, content, [300], 'top'))).toBeCloseTo(393, 3)
    expect(pooledCellCount(20, 'top')).toBe(1)
  })

  test.each(['top', 'mean'] as const)(
    'pooling by %s: the gradient is that of finite differences',
    async (pooling) => {
      await startBackend(backend)
      const content = tf.tidy(() => tf.concat([tf.ones([2, 15, 10]), tf.zeros([2, 1, 10])], 1)) as tf.Tensor3D
      expect(
        gradientError(
          (maps) => poolClassMaps(maps as tf.Tensor4D, content, [150, 150], pooling),
          [[2, 16, 10, 1]],
          1e-3,
        ),
      ).toBeLessThan(2e-2)
      content.dispose()
    },
  )

  test('region means: weighted, an empty region is 0, the gradient is that of finite differences', async () => {
    await startBackend(backend)
    const f = tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2])
    const weights = tf.tensor3d([1, 3, 0, 0], [1, 2, 2])
    const means = [...regionMeans(f, weights).dataSync()]
    expect(means[0]).toBeCloseTo(2.5, 4)
    expect(means[1]).toBeCloseTo(3.5, 4)
    expect(means.slice(2)).toEqual([0, 0])
    expect(gradientError((x) => regionMeans(x as tf.Tensor4D, weights), [[1, 2, 1, 2]])).toBeLessThan(2e-3)
  })

  test('regions: the defect, its surroundings, the clean picture; a flat map has none', async () => {
    await startBackend(backend)
    // Three pictures of two classes, four cells, the last one padding.
    const maps = tf.tensor4d(
      [
        [2, 9, 1, 9, -1, 9, 50, 9],
        [-1, -1, -2, -1, -3, -1, 9, 9],
        [1, 1, 1, 1, 1, 1, 9, 9],
      ].flat(),
      [3, 1, 4, 2],
    )
    const content = tf.tensor3d([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0], [3, 1, 4])
    const presence = [Uint8Array.of(1, 0), Uint8Array.of(1, 255), Uint8Array.of(0, 0)]
    const { weights, isUsed, labels } = focusRegions(maps, content, presence)
    expect(weights.arraySync()).toEqual([
      [
        [1, 0.5, 0, 0],
        [0, 0, 0, 0],
        [0, 0.5, 1, 0],
        [0, 0, 0, 0],
      ],
      // Nothing is seen of a defect that is there.
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [1, 1, 1, 0],
      ],
    ])
    expect([...isUsed.dataSync()]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    expect(labels).toEqual([1, 2, 0, 0, 1, 2, 0, 0, 1, 2, 0, 0])
  })
})

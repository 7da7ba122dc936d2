import { describe, expect, test } from 'vitest'
import { supervisedContrast } from '../../ml/cam/supervisedContrast'
import { startBackend } from '../__fixtures__/backends'
import { gradientError } from '../__fixtures__/gradientError'
import { tf } from '../tf'
import { classLoss, positiveWeights } from './classLoss'
import { contrastLoss } from './contrastLoss'
import { focusVectors } from './focusVectors'
import { placeContents, poolClassMaps } from './pooling'

// Vector T4 of cam-pseudo-masks.md §11.
const T4 = [
  [1, 0],
  [0.8, 0.6],
  [0, 1],
  [-0.6, 0.8],
]
const T4_LABELS = [1, 1, 0, 0]

describe.each(['cpu', 'wasm'] as const)('losses of the classifier on %s', (backend) => {
  test('T4: the contrastive loss, as its reference', async () => {
    await startBackend(backend)
    const loss = contrastLoss(tf.tensor2d(T4), T4_LABELS, 0.1)
    expect(loss.dataSync()[0]).toBeCloseTo(0.06378, 5)
    expect(loss.dataSync()[0]).toBeCloseTo(supervisedContrast(T4, T4_LABELS, 0.1).loss!, 5)
  })

  test('an anchor alone with its label has no say; nobody with a positive costs nothing', async () => {
    await startBackend(backend)
    const three = contrastLoss(tf.tensor2d(T4.slice(0, 3)), [1, 1, 0], 0.1)
    expect(three.dataSync()[0]).toBeCloseTo(supervisedContrast(T4.slice(0, 3), [1, 1, 0], 0.1).loss!, 5)
    expect(contrastLoss(tf.tensor2d(T4), [1, 2, 3, 4], 0.1).dataSync()[0]).toBe(0)
  })

  test('gradients of both losses are those of finite differences', async () => {
    await startBackend(backend)
    const contrast = (x: tf.Tensor) => contrastLoss(tf.mul(x, 0.1) as tf.Tensor2D, [1, 1, 0, 0, 1], 0.5)
    expect(gradientError(contrast, [[5, 3]])).toBeLessThan(2e-3)
    const presence = tf.tensor2d([1, 0, 0, 1, 0, 0], [3, 2])
    const known = tf.tensor2d([1, 1, 0, 1, 1, 1], [3, 2])
    const weights = tf.tensor1d([1, 4])
    const classes = (x: tf.Tensor) => classLoss(x as tf.Tensor2D, presence, known, weights)
    expect(gradientError(classes, [[3, 2]])).toBeLessThan(2e-3)
  })

  test('the class loss is the weighted cross-entropy over what is known', async () => {
    await startBackend(backend)
    const loss = classLoss(
      tf.tensor2d([2, -1, 0.5, 3], [2, 2]),
      tf.tensor2d([1, 0, 0, 0], [2, 2]),
      tf.tensor2d([1, 1, 1, 0], [2, 2]),
      tf.tensor1d([3, 3]),
    )
    // (3 softplus(-2) + softplus(-1) + softplus(.5)) / 3; the unknown fourth is left out.
    const softplus = (x: number): number => Math.log1p(Math.exp(x))
    expect(loss.dataSync()[0]).toBeCloseTo((3 * softplus(-2) + softplus(-1) + softplus(0.5)) / 3, 5)
  })

  test('pooling counts the picture only: its mean, or the mean of its strongest hundredth', async () => {
    await startBackend(backend)
    // 20 x 10 places, of which 15 x 10 are the picture: one of 150. The padding is larger than anything.
    const values = Float32Array.from({ length: 200 }, (_, p) => (p % 20 >= 15 ? 99 : (p * 7) % 13))
    values[45] = 50
    const maps = tf.tensor4d(values, [1, 10, 20, 1])
    const places = placeContents([{ width: 120, height: 80 }], { width: 160, height: 80 }, 8)
    expect(places.counts).toEqual([150])
    expect(poolClassMaps(maps, places, 'top').dataSync()[0]).toBeCloseTo(50, 4)
    const inside = [...values].filter((_, p) => p % 20 < 15)
    const mean = inside.reduce((a, b) => a + b, 0) / 150
    expect(poolClassMaps(maps, places, 'mean').dataSync()[0]).toBeCloseTo(mean, 3)
  })

  test('the gradient of pooling is that of a mean over the chosen places', async () => {
    await startBackend(backend)
    const places = placeContents(
      [
        { width: 24, height: 16 },
        { width: 32, height: 16 },
      ],
      { width: 32, height: 16 },
      8,
    )
    for (const pooling of ['mean', 'top'] as const) {
      const pool = (x: tf.Tensor) => poolClassMaps(x as tf.Tensor4D, places, pooling)
      expect(gradientError(pool, [[2, 2, 4, 2]], 1e-3)).toBeLessThan(5e-3)
    }
    places.mask.dispose()
  })

  test('focus vectors: the defect, its surroundings, the clean picture, each by its own weights', async () => {
    await startBackend(backend)
    // One row of four places, the last of them padding; one feature channel.
    const features = tf.tensor4d([1, 2, 3, 100, 5, 7, 9, 100], [2, 1, 4, 1])
    const classes = tf.tensor4d([0, 1, 2, 50, 1, 1, 1, 1], [2, 1, 4, 1])
    const places = placeContents(
      [
        { width: 24, height: 8 },
        { width: 24, height: 8 },
      ],
      { width: 32, height: 8 },
      8,
    )
    const { vectors, labels } = focusVectors(features, classes, places, [Uint8Array.of(1), Uint8Array.of(0)])
    expect(labels).toEqual([1, 0, 0])
    // Stretched map: 0, 1/2, 1. Defect (2/2 + 3) / 1.5; surroundings (1 + 2/2) / 1.5; clean (5 + 7 + 9) / 3.
    const [defect, around, clean] = vectors.dataSync()
    expect(defect).toBeCloseTo(4 / 1.5, 4)
    expect(around).toBeCloseTo(2 / 1.5, 4)
    expect(clean).toBeCloseTo(7, 4)
  })
})

test('present classes weigh as they are rare, between 1 and 10; unknown ones do not count', () => {
  const presences = [
    Uint8Array.of(1, 0, 1),
    Uint8Array.of(0, 0, 1),
    Uint8Array.of(0, 1, 0),
    Uint8Array.of(0, 255, 255),
  ]
  // 3 absent to 1 present; 2 to 1; 1 to 2, at least 1.
  expect([...positiveWeights(presences, 3)]).toEqual([3, 2, 1])
})

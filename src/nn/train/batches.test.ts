import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { encodeHalf } from '../../ml/float16'
import type { TrainingExample } from '../../ml/training'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { assembleBatch, disposeBatch, planEpoch } from './batches'
import { computeStandards } from './standards'

describe('planEpoch', () => {
  test('names every example once, in batches of nearly one size', () => {
    const plan = planEpoch(9, 4, createRandom(1))
    expect(plan.map((batch) => batch.length)).toEqual([3, 3, 3])
    expect(plan.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('is drawn anew each epoch, and again the same from the same seed', () => {
    const random = createRandom(1)
    const [first, second] = [planEpoch(9, 4, random), planEpoch(9, 4, random)]
    expect(second).not.toEqual(first)
    expect(planEpoch(9, 4, createRandom(1))).toEqual(first)
  })
})

// One level of stride 2 with two channels: cells (2, 10) and (6, 10).
const example: TrainingExample = {
  imageIndex: 0,
  features: { width: 4, height: 2, levels: [{ stride: 2, channels: 2, data: encodeHalf([2, 10, 6, 10]) }] },
  pixels: {
    width: 4,
    height: 2,
    data: new Uint8ClampedArray(
      Array.from({ length: 32 }, (_, i) => (i % 4 === 3 ? 255 : 10 * Math.floor(i / 4) + (i % 4))),
    ),
  },
  target: { width: 4, height: 2, data: Uint8Array.of(0, 1, 255, 0, 2, 0, 0, 0) },
  barred: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
}

describe('assembleBatch', () => {
  test('standardises features by channel; a channel without spread is only centred', async () => {
    await startBackend('cpu')
    const standards = computeStandards([example.features])
    // Channel 0: mean 4, deviation 2. Channel 1: mean 10, deviation 0, so the floor.
    expect([...standards[0]!.mean]).toEqual([4, 10])
    expect(standards[0]!.std[0]).toBe(2)
    const batch = assembleBatch([example], { classCount: 2, standards, pixelBlock: 2 }, null)
    expect(maxDifference(batch.input.features[0]!.dataSync(), [-1, 0, 1, 0])).toBeLessThan(1e-5)
    disposeBatch(batch)
  })

  test('gives on wasm what it gives on cpu, with every kind of half', async () => {
    // Zero, subnormal, the smallest normal, the largest, infinity, NaN, with both signs, and ordinary ones.
    const kinds = [0, 1, 0x3ff, 0x400, 0x7bff, 0x7c00, 0x7e00].flatMap((bits) => [bits, bits | 0x8000])
    const data = Uint16Array.of(...kinds, 0x3c00, 0x3555)
    const wide = { ...example, features: { ...example.features, levels: [{ stride: 2, channels: 8, data }] } }
    const standards = [{ mean: new Float32Array(8).fill(0.5), std: new Float32Array(8).fill(2) }]
    const read = async (backend: 'cpu' | 'wasm') => {
      await startBackend(backend)
      const setup = { classCount: 2, standards, pixelBlock: 2 }
      const batch = assembleBatch([wide, wide], setup, createRandom(3))
      const { features, pixels } = batch.input
      const values = [[...features[0]!.dataSync()], [...pixels.dataSync()]] as const
      disposeBatch(batch)
      return values
    }
    const [features, pixels] = await read('cpu')
    const own = await read('wasm')
    // Infinite and NaN values have to be the same; the others differ by rounding.
    const special = (values: readonly number[]) => values.map((value) => (Number.isFinite(value) ? 0 : value))
    expect(special(own[0])).toEqual(special(features))
    const finite = (values: readonly number[]) => values.map((value) => (Number.isFinite(value) ? value : 0))
    expect(maxDifference(finite(own[0]), finite(features))).toBeLessThan(1e-5)
    expect(maxDifference(own[1], pixels)).toBeLessThan(1e-6)
  })

  test('folds blocks of pixels into channels, row by row, colour last', async () => {
    await startBackend('cpu')
    const standards = computeStandards([example.features])
    const { input } = assembleBatch([example], { classCount: 2, standards, pixelBlock: 2 }, null)
    expect(input.pixels.shape).toEqual([1, 1, 2, 12])
    // Pixel i holds (10 i, 10 i + 1, 10 i + 2). The first block is pixels 0, 1 of the upper and 4, 5 of the lower row.
    const block = [0, 1, 4, 5].flatMap((i) => [10 * i, 10 * i + 1, 10 * i + 2])
    const standardised = block.map((value) => (value / 255 - 0.5) / 0.25)
    expect(maxDifference([...input.pixels.dataSync()].slice(0, 12), standardised)).toBeLessThan(1e-6)
  })

  test('the target has a plane for each class, none for ignored pixels, and bars what is barred', async () => {
    await startBackend('cpu')
    const standards = computeStandards([example.features])
    const { target } = assembleBatch([example], { classCount: 2, standards, pixelBlock: 2 }, null)
    const background = [1, 0, 0, 1, 0, 1, 1, 1]
    const [first, second] = [
      [0, 1, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, 0, 0, 0],
    ]
    expect([...target.oneHot.dataSync()]).toEqual([...background, ...first, ...second])
    expect([...target.correctable.dataSync()]).toEqual([0, 0, 0, 1, 0, 1, 1, 1])
    expect([...target.background.dataSync()]).toEqual([5])
    expect([target.validPixels, target.defectPixels]).toEqual([7, 2])
  })

  test('brightness and contrast change by a tenth at most, and the features not at all', async () => {
    await startBackend('cpu')
    const standards = computeStandards([example.features])
    const setup = { classCount: 2, standards, pixelBlock: 2 }
    const plain = assembleBatch([example], setup, null).input
    const changed = assembleBatch([example], setup, createRandom(3)).input
    // 0.1 of brightness and 0.1 of half the range in contrast, over the standard deviation 0.25.
    const largest = maxDifference(changed.pixels.dataSync(), plain.pixels.dataSync())
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThanOrEqual((0.1 + 0.05) / 0.25 + 1e-6)
    expect(maxDifference(changed.features[0]!.dataSync(), plain.features[0]!.dataSync())).toBe(0)
  })
})

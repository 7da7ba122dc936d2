import { beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultParams } from '../../core/params'
import { createRandom } from '../../core/random'
import { DINO_BOXES2PIXELS_PARAMS } from '../../ml/trainingParams'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tinyBitfit, tinyBitfitExample } from '../__fixtures__/tinyBitfit'
import { disposeReport } from '../losses/studentLoss'
import { tf } from '../tf'
import { assembleBatch, disposeBatch } from '../train/batches'
import { TrainingState } from '../train/trainingState'
import { tinyVitOnnx } from '../vit/__fixtures__/tinyVitOnnx'
import type { StudentShape } from './student'
import { STUDENTS } from '.'

// The decoder of the paper has 5.5 M parameters: on a busy machine a step takes seconds.
vi.setConfig({ testTimeout: 120_000 })

const sizeOf = ({ shape }: { readonly shape: readonly number[] }): number => shape.reduce((a, b) => a * b, 1)

test('biases and norms of eight blocks are trained, matrices, scales and tokens are constants', () => {
  const { network } = tinyBitfit(2)
  const tuned = network.parameters.filter(({ name }) => name.startsWith('backbone.'))
  // A block: qkv 192, proj 64, fc1 96, fc2 64, two norms 256. Final norm 128, patch bias 64.
  expect(tuned.reduce((sum, spec) => sum + sizeOf(spec), 0)).toBe(8 * 672 + 128 + 64)
  expect(tuned.every(({ name, initial }) => /bias|norm/.test(name) && initial instanceof Float32Array)).toBe(
    true,
  )
  expect(network.constants.filter(({ name }) => /bias|norm/.test(name))).toEqual([])
  // A block: four matrices and two scales; patch kernel, leading tokens, positions.
  expect(network.constants).toHaveLength(8 * 6 + 3)
})

describe('training', () => {
  beforeAll(() => startBackend('wasm'))

  test('lowers the loss, moves the backbone, leaks nothing, and disposes of the constants', async () => {
    const before = tf.memory().numTensors
    const { network } = tinyBitfit(2)
    const batch = assembleBatch(
      [tinyBitfitExample(0, 1), tinyBitfitExample(1, 2)],
      { classCount: 2, standards: [], pixelBlock: network.pixelBlock },
      null,
    )
    const state = new TrainingState(network, 1)
    const classWeights = tf.tensor1d([1, 1, 1])
    const losses: number[] = []
    let afterTwo = 0
    for (let step = 0; step < 8; step++) {
      if (step === 2) afterTwo = tf.memory().numTensors
      const report = state.step(
        batch,
        {
          loss: { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: null },
          optimiser: { learningRate: 0.005, weightDecay: 0.01 },
          clipNorm: 1,
          emaLimit: 0.5,
        },
        createRandom(1),
      )
      losses.push((await report.terms.data())[0]!)
      disposeReport(report)
    }
    expect(tf.memory().numTensors).toBe(afterTwo)
    expect(losses.at(-1)!).toBeLessThan(0.75 * losses[0]!)

    const values = await state.averagedValues()
    for (const { name, initial } of network.parameters) {
      // The batch normalisation of the projectors takes the final norm's bias off again: its gradient is zero.
      if (!(initial instanceof Float32Array) || name === 'backbone.norm.bias') continue
      expect(maxDifference(values.get(name)!, initial), `what moved in ${name}`).toBeGreaterThan(1e-3)
    }
    state.dispose()
    disposeBatch(batch)
    classWeights.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

test.each([
  ['no file', { backboneWeights: null }, 'needs the file of a DINOv2 model'],
  ['a file that is none', { backboneWeights: new Uint8Array([1, 2, 3]) }, 'the backbone: '],
  ['too few blocks', { backboneWeights: tinyVitOnnx({ depth: 2 }) }, 'has 2 blocks'],
  ['a picture between patches', { input: { width: 40, height: 28 } }, 'no multiple of the backbone'],
])('%s is refused', (_, change: Partial<StudentShape>, message) => {
  const { shape } = tinyBitfit(2)
  const params = { ...defaultParams(DINO_BOXES2PIXELS_PARAMS), bitfit: true }
  expect(() => STUDENTS.get('dino-boxes2pixels').build({ ...shape, ...change }, params)).toThrow(message)
})

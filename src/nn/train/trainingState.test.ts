import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { startBackend } from '../__fixtures__/backends'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../__fixtures__/tinyExamples'
import { disposeReport } from '../losses/studentLoss'
import { light } from '../students/light'
import { tf } from '../tf'
import { assembleBatch, disposeBatch } from './batches'
import { computeStandards } from './standards'
import { TrainingState } from './trainingState'

const options = (classWeights: tf.Tensor1D) => ({
  loss: { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: null },
  optimiser: { learningRate: 0.01, weightDecay: 0.01 },
  clipNorm: 1,
  emaLimit: 0.9,
})

describe('TrainingState', () => {
  test('a step without a finite loss changes no weight; the next one does', async () => {
    await startBackend('wasm')
    const network = light.build(
      { classCount: 2, levels: TINY_LEVELS, backboneWeights: null, input: TINY_SIZE },
      { channels: 8, dropout: 0 },
    )
    const example = tinyExample(0, 1)
    const setup = { classCount: 2, standards: computeStandards([example.features]), pixelBlock: 4 }
    const batch = assembleBatch([example], setup, null)
    const state = new TrainingState(network, 1)
    const before = await state.averagedValues()

    const lost = state.step(batch, options(tf.tensor1d([Number.NaN, 1, 1])), createRandom(1))
    expect((await lost.terms.data())[0]).toBeNaN()
    expect(await state.averagedValues()).toEqual(before)

    const good = state.step(batch, options(tf.tensor1d([1, 1, 1])), createRandom(1))
    const after = await state.averagedValues()
    expect(after).not.toEqual(before)
    expect([...after.values()].every((values) => values.every(Number.isFinite))).toBe(true)
    disposeReport(lost)
    disposeReport(good)
    state.dispose()
    disposeBatch(batch)
  })
})

import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { startBackend } from '../__fixtures__/backends'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../__fixtures__/tinyExamples'
import { maxDifference } from '../__fixtures__/maxDifference'
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

  test('without EMA (decay 0) the averaged weights are those of the last step', async () => {
    await startBackend('wasm')
    const network = light.build(
      { classCount: 2, levels: TINY_LEVELS, backboneWeights: null, input: TINY_SIZE },
      { channels: 8, dropout: 0 },
    )
    const example = tinyExample(0, 1)
    const setup = { classCount: 2, standards: computeStandards([example.features]), pixelBlock: 4 }
    const batch = assembleBatch([example], setup, null)
    const afterOneStep = async (emaLimit: number) => {
      const state = new TrainingState(network, 1)
      const start = await state.averagedValues()
      disposeReport(state.step(batch, { ...options(tf.tensor1d([1, 1, 1])), emaLimit }, createRandom(1)))
      const values = await state.averagedValues()
      state.dispose()
      return { start: start.get('mix1.kernel')!, end: values.get('mix1.kernel')! }
    }
    const last = (await afterOneStep(0)).end
    const { start, end } = await afterOneStep(0.9)
    // The decay of the first step is a tenth, whatever its limit: .1 of the start and .9 of the step's weights.
    expect(
      maxDifference(
        end,
        start.map((value, i) => 0.1 * value + 0.9 * last[i]!),
      ),
    ).toBeLessThan(1e-6)
    expect(maxDifference(last, start)).toBeGreaterThan(1e-3)
    disposeBatch(batch)
  })
})

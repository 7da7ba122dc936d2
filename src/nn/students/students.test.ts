import { beforeAll, describe, expect, test } from 'vitest'
import { defaultParams } from '../../core/params'
import { createRandom } from '../../core/random'
import { STUDENT_DESCRIPTORS } from '../../ml/trainingParams'
import { startBackend } from '../__fixtures__/backends'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../__fixtures__/tinyExamples'
import { BINARY_PLANES, disposeReport } from '../losses/studentLoss'
import { tf } from '../tf'
import { assembleBatch, disposeBatch } from '../train/batches'
import { initialValues, layOut } from '../train/flatParameters'
import { computeStandards } from '../train/standards'
import { TrainingState, type StepOptions } from '../train/trainingState'
import { STUDENTS } from '.'

test('the registry and the descriptors of the menu name the same students', () => {
  expect(STUDENTS.all.map(({ id, version }) => ({ id, version }))).toEqual(
    STUDENT_DESCRIPTORS.map(({ id, version }) => ({ id, version })),
  )
})

describe.each(STUDENT_DESCRIPTORS.map(({ id, params }) => [id, params] as const))(
  'student %s',
  (id, specs) => {
    beforeAll(() => startBackend('wasm'))

    const classCount = 2
    const build = () =>
      STUDENTS.get(id).build(
        { classCount, levels: TINY_LEVELS, backboneWeights: null, input: TINY_SIZE },
        defaultParams(specs),
      )
    const setup = (pixelBlock: number) => ({
      classCount,
      standards: computeStandards([tinyExample(0, 1).features]),
      pixelBlock,
    })
    const eightCopies = (pixelBlock: number) =>
      assembleBatch(
        Array.from({ length: 8 }, () => tinyExample(0, 1)),
        setup(pixelBlock),
        null,
      )
    const options = (classWeights: tf.Tensor1D): StepOptions => ({
      loss: { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: null },
      optimiser: { learningRate: 0.002, weightDecay: 0.01 },
      clipNorm: 1,
      emaLimit: 0.9,
    })

    test('gives logits of both heads at a stride that divides the picture', () => {
      const network = build()
      const batch = eightCopies(network.pixelBlock)
      const state = new TrainingState(network, 1)
      const [n, h, w, outputs] = state.predict(batch).shape
      expect([n, outputs]).toEqual([8, BINARY_PLANES + classCount + 1])
      expect(TINY_SIZE.height / h).toBe(TINY_SIZE.width / w)
      expect(Number.isInteger(TINY_SIZE.height / h)).toBe(true)
      state.dispose()
      disposeBatch(batch)
    })

    test('loss falls on eight copies of one example; no tensor leaks; dispose frees all', async () => {
      const before = tf.memory().numTensors
      const network = build()
      const batch = eightCopies(network.pixelBlock)
      const weights = tf.tensor1d([1, 1, 1])
      const state = new TrainingState(network, 1)
      const dropout = createRandom(1)
      const losses: number[] = []
      let atStep2 = 0
      for (let step = 0; step < 12; step++) {
        if (step === 2) atStep2 = tf.memory().numTensors
        const report = state.step(batch, options(weights), dropout)
        losses.push((await report.terms.data())[0]!)
        disposeReport(report)
      }
      expect(tf.memory().numTensors).toBe(atStep2)
      expect(losses.at(-1)!).toBeLessThan(0.75 * losses[0]!)
      state.dispose()
      disposeBatch(batch)
      weights.dispose()
      expect(tf.memory().numTensors).toBe(before)
    })

    test('equal seeds give equal weights before and after a step, other seeds others', async () => {
      const network = build()
      const layout = layOut(network.parameters)
      expect(initialValues(layout, 7)).toEqual(initialValues(layout, 7))
      expect(initialValues(layout, 7)).not.toEqual(initialValues(layout, 8))
      const batch = eightCopies(network.pixelBlock)
      const weights = tf.tensor1d([1, 1, 1])
      const afterOneStep = async () => {
        const state = new TrainingState(network, 7)
        disposeReport(state.step(batch, options(weights), createRandom(2)))
        const values = await state.averagedValues()
        state.dispose()
        return values
      }
      expect(await afterOneStep()).toEqual(await afterOneStep())
      disposeBatch(batch)
      weights.dispose()
    })
  },
)

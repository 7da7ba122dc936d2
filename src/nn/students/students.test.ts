import { beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultParams } from '../../core/params'
import { createRandom } from '../../core/random'
import { STUDENT_DESCRIPTORS, type StudentDescriptor } from '../../ml/trainingParams'
import { startBackend } from '../__fixtures__/backends'
import { tinyExample, tinyShape, tinySourcesOf, type TinySource } from '../__fixtures__/tinyExamples'
import { BINARY_PLANES, disposeReport } from '../losses/studentLoss'
import { tf } from '../tf'
import { assembleBatch, disposeBatch } from '../train/batches'
import { initialValues, layOut } from '../train/flatParameters'
import { standardsFor } from '../train/standards'
import { TrainingState, type StepOptions } from '../train/trainingState'
import type { StudentNetwork } from './student'
import { STUDENTS } from '.'

// The network of the paper has 5.57 M parameters: on a busy machine a step takes seconds.
vi.setConfig({ testTimeout: 90_000 })

test('the registry and the descriptors of the menu name the same students', () => {
  expect(STUDENTS.all.map(({ id, version }) => ({ id, version }))).toEqual(
    STUDENT_DESCRIPTORS.map(({ id, version }) => ({ id, version })),
  )
})

type Case = readonly [id: string, source: TinySource, specs: StudentDescriptor['params']]

/** Every student on every kind of features it takes. */
const CASES: readonly Case[] = STUDENT_DESCRIPTORS.flatMap((descriptor) =>
  tinySourcesOf(descriptor).map((source): Case => [descriptor.id, source, descriptor.params]),
)

describe.each(CASES)('student %s on %s', (id, source, specs) => {
  beforeAll(() => startBackend('wasm'))

  const classCount = 2
  const { levels, size } = tinyShape(source)
  const build = () =>
    STUDENTS.get(id).build({ classCount, levels, backboneWeights: null, input: size }, defaultParams(specs))
  const eightCopies = (network: StudentNetwork) =>
    assembleBatch(
      Array.from({ length: 8 }, () => tinyExample(0, 1, source)),
      {
        classCount,
        standards: standardsFor(network, [tinyExample(0, 1, source).features]),
        pixelBlock: network.pixelBlock,
      },
      null,
    )
  const options = (classWeights: tf.Tensor1D): StepOptions => ({
    loss: { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: null },
    optimiser: { learningRate: 0.005, weightDecay: 0.01 },
    clipNorm: 1,
    emaLimit: 0.9,
  })

  test('gives logits of its heads for every picture', () => {
    const network = build()
    const batch = eightCopies(network)
    const state = new TrainingState(network, 1)
    const [n, h, w, outputs] = state.predict(batch).shape
    expect([n, outputs]).toEqual([8, (network.hasBinaryHead ? BINARY_PLANES : 0) + classCount + 1])
    // At a resolution that can show the square of 8 pixels.
    expect(Math.min(h / size.height, w / size.width)).toBeGreaterThanOrEqual(1 / 8)
    state.dispose()
    disposeBatch(batch)
  })

  test('loss falls on eight copies of one example; no tensor leaks; dispose frees all', async () => {
    const before = tf.memory().numTensors
    const network = build()
    const batch = eightCopies(network)
    const weights = tf.tensor1d([1, 1, 1])
    const state = new TrainingState(network, 1)
    const dropout = createRandom(1)
    const losses: number[] = []
    let atStep2 = 0
    for (let step = 0; step < 6; step++) {
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
    const same = Buffer.from(initialValues(layout, 7).buffer)
    expect(Buffer.compare(same, Buffer.from(initialValues(layout, 7).buffer))).toBe(0)
    expect(Buffer.compare(same, Buffer.from(initialValues(layout, 8).buffer))).not.toBe(0)
    const batch = eightCopies(network)
    const weights = tf.tensor1d([1, 1, 1])
    const afterOneStep = async () => {
      const state = new TrainingState(network, 7)
      disposeReport(state.step(batch, options(weights), createRandom(2)))
      const values = await state.averagedValues()
      state.dispose()
      return Buffer.concat([...values.values()].map((v) => Buffer.from(v.slice().buffer)))
    }
    expect(Buffer.compare(await afterOneStep(), await afterOneStep())).toBe(0)
    disposeBatch(batch)
    weights.dispose()
  })
})

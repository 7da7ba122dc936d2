import { describe, expect, test, vi } from 'vitest'
import { decodeHalf } from '../../ml/float16'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../../nn/__fixtures__/tinyExamples'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { STUDENTS } from '../../nn/students'
import { tf } from '../../nn/tf'
import { assembleBatch, disposeBatch } from '../../nn/train/batches'
import { initialValues, layOut, nameValues, type ParameterLayout } from '../../nn/train/flatParameters'
import { readDefectProbability } from '../../nn/train/readLogits'
import { TrainingState } from '../../nn/train/trainingState'
import { computeStandards } from '../../nn/train/standards'
import { defaultParams } from '../../core/params'
import { createRandom } from '../../core/random'
import { disposeReport } from '../../nn/losses/studentLoss'
import { STUDENT_DESCRIPTORS } from '../../ml/trainingParams'
import { upsampleForward } from '../../nn/ops/upsample'
import { openNodeSession } from '../__fixtures__/nodeOrt'

// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

describe.each(STUDENT_DESCRIPTORS.map(({ id, params }) => [id, params] as const))(
  'exported %s',
  (id, specs) => {
    test('gives the probabilities of the trained network in ONNX Runtime', async () => {
      await startBackend('cpu')
      const classCount = 3
      const shape = { classCount, levels: TINY_LEVELS, backboneWeights: null, input: TINY_SIZE }
      const network = STUDENTS.get(id).build(shape, defaultParams(specs))
      const layout = layOut(network.parameters)
      // Scales, shifts and statistics start at 1 and 0, where an error in them would not show.
      const statistics = layOut(network.statistics)
      const stirred = (from: ParameterLayout) =>
        nameValues(
          from,
          initialValues(from, 5).map((value, i) => value + 0.05 * Math.sin(i)),
        )
      const values = new Map([...stirred(layout), ...stirred(statistics)])
      // Features with a mean and a spread that standardisation has to remove.
      const example = tinyExample(0, 9)
      const standards = computeStandards([example.features, tinyExample(1, 10).features])
      expect(decodeHalf(example.features.levels[0]!.data)[0]).not.toBe(0)

      const { width, height } = TINY_SIZE
      const batch = assembleBatch([example], { classCount, standards, pixelBlock: network.pixelBlock }, null)
      const weights = new Map(
        [...layout.specs, ...statistics.specs].map(({ name, shape }) => [
          name,
          tf.tensor(values.get(name)!, [...shape]),
        ]),
      )
      const logits = network.forward(weights, batch.input, { kind: 'infer' })
      const full = upsampleForward(logits, height / logits.shape[1]) // (1, H, W, 2 + K + 1)
      const binary = tf.softmax(tf.slice(full, [0, 0, 0, 0], [1, height, width, 2]))
      const classes = tf.softmax(tf.slice(full, [0, 0, 0, 2], [1, height, width, classCount + 1]))

      const onnx = exportStudent(network, shape, values, standards, {})
      const session = await openNodeSession(onnx)
      const answer = readStudentOutputs(
        await session.run(studentFeeds(example.features, example.pixels)),
        TINY_SIZE,
      )
      await session.release()
      const planes = tf.transpose(classes, [0, 3, 1, 2]).dataSync()
      expect(maxDifference(answer.classes, planes)).toBeLessThan(1e-4)
      const defect = tf.slice(binary, [0, 0, 0, 1], [1, height, width, 1]).dataSync()
      expect(maxDifference(answer.defect, defect)).toBeLessThan(1e-4)
      // The comparison means something only if the map is not flat.
      expect(Math.max(...answer.defect) - Math.min(...answer.defect)).toBeGreaterThan(0.01)
    })

    test('gives after training what the averaged weights give in the trainer', async () => {
      await startBackend('wasm')
      const classCount = 2
      const shape = { classCount, levels: TINY_LEVELS, backboneWeights: null, input: TINY_SIZE }
      const network = STUDENTS.get(id).build(shape, defaultParams(specs))
      const examples = Array.from({ length: 4 }, (_, i) => tinyExample(i, 30 + i))
      const standards = computeStandards(examples.map(({ features }) => features))
      const setup = { classCount, standards, pixelBlock: network.pixelBlock }
      const state = new TrainingState(network, 3)
      const classWeights = tf.tensor1d([1, 1, 1])
      const batch = assembleBatch(examples, setup, null)
      const dropout = createRandom(1)
      for (let step = 0; step < 25; step++) {
        const report = state.step(
          batch,
          {
            loss: { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: null },
            optimiser: { learningRate: 0.005, weightDecay: 0.01 },
            clipNorm: 1,
            emaLimit: 0.9,
          },
          dropout,
        )
        disposeReport(report)
      }
      const one = assembleBatch([examples[0]!], setup, null)
      const logits = state.predict(one)
      const trained = await readDefectProbability(logits, TINY_SIZE.height)
      const onnx = exportStudent(network, shape, await state.averagedValues(), standards, {})
      tf.dispose([logits, classWeights])
      for (const made of [batch, one]) disposeBatch(made)
      state.dispose()

      const session = await openNodeSession(onnx)
      const { defect } = readStudentOutputs(
        await session.run(studentFeeds(examples[0]!.features, examples[0]!.pixels)),
        TINY_SIZE,
      )
      await session.release()
      expect(maxDifference(defect, trained)).toBeLessThan(1e-3)
      expect(Math.max(...trained) - Math.min(...trained)).toBeGreaterThan(0.2)
    })
  },
)

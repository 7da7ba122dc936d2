import { describe, expect, test, vi } from 'vitest'
import { decodeHalf } from '../../ml/float16'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { TINY_LEVELS, TINY_SIZE, tinyExample } from '../../nn/__fixtures__/tinyExamples'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { STUDENTS } from '../../nn/students'
import { tf } from '../../nn/tf'
import { assembleBatch } from '../../nn/train/batches'
import { initialValues, layOut, nameValues, type ParameterLayout } from '../../nn/train/flatParameters'
import { computeStandards } from '../../nn/train/standards'
import { defaultParams } from '../../core/params'
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
  },
)

import { describe, expect, test, vi } from 'vitest'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { tinyExample, tinyShape, tinySourcesOf, type TinySource } from '../../nn/__fixtures__/tinyExamples'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { STUDENTS } from '../../nn/students'
import { tf } from '../../nn/tf'
import { assembleBatch, disposeBatch } from '../../nn/train/batches'
import { initialValues, layOut, nameValues, type ParameterLayout } from '../../nn/train/flatParameters'
import { standardsFor } from '../../nn/train/standards'
import type { JsonObject } from '../../core/json'
import { readParams } from '../../core/params'
import { STUDENT_DESCRIPTORS } from '../../ml/trainingParams'
import { resizeForward } from '../../nn/ops/resize'
import { openNodeSession } from '../__fixtures__/nodeOrt'

// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

type Case = readonly [id: string, source: TinySource, params: JsonObject]

/** Every student on every kind of features it takes, as it comes, and with its switches the other way. */
const CASES: readonly Case[] = STUDENT_DESCRIPTORS.flatMap((descriptor) => {
  // A backbone inside takes no features: `exportedBitfit.test.ts`.
  const switches = Object.entries(descriptor.params).filter(
    ([name, spec]) => spec.kind === 'boolean' && name !== 'bitfit',
  )
  const variants: JsonObject[] = [{}, ...switches.map(([name, spec]) => ({ [name]: spec.default !== true }))]
  return tinySourcesOf(descriptor).flatMap((source) =>
    variants.map((params): Case => [descriptor.id, source, params]),
  )
})

describe.each(CASES)('exported %s on %s with %j', (id, source, params) => {
  test('gives the probabilities of the trained network in ONNX Runtime', async () => {
    await startBackend('wasm')
    const classCount = 3
    const { levels, size } = tinyShape(source)
    const shape = { classCount, levels, backboneWeights: null, input: size }
    const { values: settings } = readParams(
      STUDENT_DESCRIPTORS.find((descriptor) => descriptor.id === id)!.params,
      params,
    )
    const network = STUDENTS.get(id).build(shape, settings)
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
    const example = tinyExample(0, 9, source)
    const standards = standardsFor(network, [example.features, tinyExample(1, 10, source).features])

    const batch = assembleBatch([example], { classCount, standards, pixelBlock: network.pixelBlock }, null)
    const weights = new Map(
      [...layout.specs, ...statistics.specs].map(({ name, shape }) => [
        name,
        tf.tensor(values.get(name)!, [...shape]),
      ]),
    )
    const logits = network.forward(weights, batch.input, { kind: 'infer' })
    const full = resizeForward(logits, size) // (1, H, W, outputs)
    const heads = network.hasBinaryHead ? 2 : 0
    const classes = tf.softmax(tf.slice(full, [0, 0, 0, heads], [-1, -1, -1, classCount + 1]))
    const defect = network.hasBinaryHead
      ? tf.slice(tf.softmax(tf.slice(full, [0, 0, 0, 0], [-1, -1, -1, 2])), [0, 0, 0, 1], [-1, -1, -1, 1])
      : tf.sub(1, tf.slice(classes, [0, 0, 0, 0], [-1, -1, -1, 1]))

    const onnx = exportStudent(network, shape, values, standards, {})
    const session = await openNodeSession(onnx)
    const answer = readStudentOutputs(await session.run(studentFeeds(example.features, example.pixels)), size)
    await session.release()
    const planes = tf.transpose(classes, [0, 3, 1, 2]).dataSync()
    expect(maxDifference(answer.classes, planes)).toBeLessThan(1e-4)
    expect(maxDifference(answer.defect, defect.dataSync())).toBeLessThan(1e-4)
    // The comparison means something only if the map is not flat.
    expect(Math.max(...answer.defect) - Math.min(...answer.defect)).toBeGreaterThan(0.01)
    tf.dispose([...weights.values(), full, logits])
    disposeBatch(batch)
  })
})

import { expect, test, vi } from 'vitest'
import type { JsonObject } from '../../core/json'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { tinyBitfit, tinyBitfitExample } from '../../nn/__fixtures__/tinyBitfit'
import { exportStudent } from '../../nn/onnx/exportStudent'
import { readStudentOutputs, studentFeeds } from '../../nn/onnx/studentTensors'
import { resizeForward } from '../../nn/ops/resize'
import { tf } from '../../nn/tf'
import { assembleBatch, disposeBatch } from '../../nn/train/batches'
import { initialValues, layOut, nameValues, nameWeights, cutWeights } from '../../nn/train/flatParameters'
import { trainStudent } from '../../nn/train/trainLoop'
import { openNodeSession } from '../__fixtures__/nodeOrt'

// A step of the paper's decoder takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

test('backbone and head leave as one graph that sees the pixels only, and gives what the network gives', async () => {
  await startBackend('wasm')
  const classCount = 3
  const { network, shape } = tinyBitfit(classCount)
  const [layout, statistics] = [layOut(network.parameters), layOut(network.statistics)]
  const stirred = (from: typeof layout) =>
    initialValues(from, 5).map((value, i) => value + 0.05 * Math.sin(i))
  const flat = [stirred(layout), stirred(statistics)] as const
  const values = new Map([...nameValues(layout, flat[0]), ...nameValues(statistics, flat[1])])
  const example = tinyBitfitExample(0, 9)

  const session = await openNodeSession(exportStudent(network, shape, values, [], {}))
  expect(session.inputs.map(({ name, shape: dims }) => [name, dims])).toEqual([['pixels', [1, 3, 28, 42]]])
  const answer = readStudentOutputs(
    await session.run(studentFeeds(example.features, example.pixels)),
    shape.input,
  )

  const batch = assembleBatch([example], { classCount, standards: [], pixelBlock: network.pixelBlock }, null)
  tf.tidy(() => {
    const weights = new Map([
      ...nameWeights(layout, cutWeights(layout, tf.tensor1d(flat[0]))),
      ...nameWeights(statistics, cutWeights(statistics, tf.tensor1d(flat[1]))),
      ...network.constants.map(
        ({ name, shape: dims, values: own }) => [name, tf.tensor(own, [...dims])] as const,
      ),
    ])
    const logits = resizeForward(network.forward(weights, batch.input, { kind: 'infer' }), shape.input)
    const classes = tf.softmax(tf.slice(logits, [0, 0, 0, 2], [-1, -1, -1, classCount + 1]))
    const binary = tf.softmax(tf.slice(logits, [0, 0, 0, 0], [-1, -1, -1, 2]))
    const defect = tf.slice(binary, [0, 0, 0, 1], [-1, -1, -1, 1]).dataSync()
    expect(maxDifference(answer.classes, tf.transpose(classes, [0, 3, 1, 2]).dataSync())).toBeLessThan(1e-3)
    expect(maxDifference(answer.defect, defect)).toBeLessThan(1e-3)
    // The comparison means something only if the map is not flat.
    expect(Math.max(...defect) - Math.min(...defect)).toBeGreaterThan(0.01)
  })
  disposeBatch(batch)
})

test('a run with BitFit trains and gives a model that ONNX Runtime answers with', async () => {
  await startBackend('wasm')
  const { shape } = tinyBitfit(2)
  const params: JsonObject = { bitfit: true, epochs: 4, batchSize: 2, learningRate: 0.005, flips: 'none' }
  const examples = Array.from({ length: 2 }, (_, i) => tinyBitfitExample(i, 1 + i))
  const before = tf.memory().numTensors
  const run = trainStudent(
    {
      studentId: 'dino-boxes2pixels',
      classCount: 2,
      levels: [],
      backboneWeights: shape.backboneWeights,
      ...shape.input,
      seed: 1,
      params,
      backend: null,
      resumeFrom: null,
    },
    examples,
    [],
    [],
    {
      signal: new AbortController().signal,
      now: () => 0,
      breathe: () => Promise.resolve(),
      isStopped: () => false,
      readEvery: 1,
    },
  )
  const losses: number[] = []
  let next = await run.next()
  while (next.done !== true) {
    if (next.value.kind === 'epoch') losses.push(next.value.report.loss)
    next = await run.next()
  }
  expect(tf.memory().numTensors).toBe(before)
  expect(losses).toHaveLength(4)
  expect(losses.at(-1)!).toBeLessThan(losses[0]!)
  const session = await openNodeSession(next.value.onnx)
  const { features, pixels } = examples[0]!
  const { classes } = readStudentOutputs(await session.run(studentFeeds(features, pixels)), shape.input)
  expect(classes).toHaveLength(3 * shape.input.width * shape.input.height)
  expect(classes.every((value) => value >= 0 && value <= 1)).toBe(true)
})

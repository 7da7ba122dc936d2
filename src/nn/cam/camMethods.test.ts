import { beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { CAM_PARAMS } from '../../ml/cam/camParams'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { initialValues, layOut, nameValues } from '../train/flatParameters'
import { tf } from '../tf'
import { TINY_PYRAMID, tinyView } from './__fixtures__/tinyViews'
import { CAM_METHODS } from './camMethods'
import { writeClassifier, type StoredClassifier } from './classifierFile'
import { buildClassifier, CLASS_BIAS } from './classifierNetwork'
import { openClassifier } from './openClassifier'
import type { Pooling } from './poolClassMaps'

beforeAll(() => startBackend('wasm'))

/** Random weights, and statistics that are not 0 and 1. */
function stirredClassifier(pooling: Pooling, classCount = 2): StoredClassifier {
  const shape = { classCount, levels: TINY_PYRAMID, channels: 8 }
  const network = buildClassifier(shape)
  const random = createRandom(4)
  const drawn = (specs: Parameters<typeof layOut>[0]) => {
    const layout = layOut(specs)
    return nameValues(
      layout,
      initialValues(layout, 4).map((value) => Math.abs(value) * 0.5 + 0.3 * random.normal()),
    )
  }
  const values = new Map([...drawn(network.parameters), ...drawn(network.statistics)])
  for (const { name } of network.statistics) {
    if (name.endsWith('variance'))
      values.set(
        name,
        values.get(name)!.map((value) => 0.5 + Math.abs(value)),
      )
  }
  // A level is no part of f, so Grad-CAM cannot see it.
  values.set(CLASS_BIAS, new Float32Array(classCount))
  const standards = TINY_PYRAMID.map(({ channels }) => ({
    mean: new Float32Array(channels).fill(0.1),
    std: new Float32Array(channels).fill(0.7),
  }))
  return { ...shape, pooling, values, standards }
}
const view = tinyView({ presence: [1, 1], seed: 5, defects: [{ classIndex: 0, x: 2, y: 3 }] })

describe('activation maps of a classifier', () => {
  test('the methods are those of the menu, without the zoom that the caller composes', () => {
    const ofMenu = CAM_PARAMS.camMethod.options.map(({ value }) => value).filter((value) => value !== 'zoom')
    expect(CAM_METHODS.all.map(({ id }) => id)).toEqual(ofMenu)
  })

  test.each(['top', 'mean'] as const)(
    'Grad-CAM of this head is the class map up to a positive factor for each class, pooled by %s',
    async (pooling) => {
      const classifier = openClassifier(writeClassifier(stirredClassifier(pooling)))
      const plain = await classifier.lookAt(view, 'class-map')
      const graded = await classifier.lookAt(view, 'grad-cam')
      expect(graded.scores).toEqual(plain.scores)
      // d logit / d f_d is V_d times weights of sum 1 over the 64 cells: its mean is V_d / 64.
      expect(
        maxDifference(
          graded.maps.map((value) => 64 * value),
          plain.maps,
        ),
      ).toBeLessThan(1e-4)
      expect(Math.max(...plain.maps.subarray(0, 64))).toBeGreaterThan(0.05)
      classifier.close()
    },
  )

  test.each(CAM_METHODS.all.map(({ id }) => id))(
    '%s: a map for each class on the content, none negative',
    async (id) => {
      const before = tf.memory().numTensors
      const classifier = openClassifier(writeClassifier(stirredClassifier('mean')))
      const { width, height, maps, scores } = await classifier.lookAt(view, id)
      expect([width, height, maps.length, scores.length]).toEqual([8, 8, 128, 2])
      expect(maps.every((value) => value >= 0 && Number.isFinite(value))).toBe(true)
      expect(scores.every((score) => score > 0 && score < 1)).toBe(true)
      classifier.close()
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  test('features of other levels are refused', async () => {
    const classifier = openClassifier(writeClassifier(stirredClassifier('top')))
    const coarse = tinyView({ presence: [1, 1], seed: 5, levels: [{ stride: 16, channels: 4 }] })
    await expect(classifier.lookAt(coarse, 'class-map')).rejects.toThrow(
      expect.objectContaining({
        code: 'model/incompatible',
        message: expect.stringContaining('8 channels at stride 16, not of 4 channels at stride 16'),
      }),
    )
    classifier.close()
  })

  test('tokens, maps of one stride, are joined without enlarging', async () => {
    const levels = [3, 4].map((channels) => ({ stride: 8, channels }))
    const shape = { classCount: 1, levels, channels: 8 }
    const network = buildClassifier(shape)
    const drawn = (specs: Parameters<typeof layOut>[0]) =>
      nameValues(layOut(specs), initialValues(layOut(specs), 1))
    const classifier = openClassifier(
      writeClassifier({
        ...shape,
        pooling: 'top',
        values: new Map([...drawn(network.parameters), ...drawn(network.statistics)]),
        standards: levels.map(({ channels }) => ({
          mean: new Float32Array(channels),
          std: new Float32Array(channels).fill(1),
        })),
      }),
    )
    const answer = await classifier.lookAt(tinyView({ presence: [1], seed: 5, levels }), 'layer-cam')
    expect([answer.width, answer.height]).toEqual([8, 8])
    classifier.close()
  })
})

import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../core/random'
import { classMapCam, type FeatureMaps } from '../../../ml/cam/classMapCam'
import { gradientCam } from '../../../ml/cam/gradientCam'
import { maxDifference } from '../../__fixtures__/maxDifference'
import { startBackend } from '../../__fixtures__/backends'
import { initialValues, layOut, nameWeights, cutWeights } from '../../train/flatParameters'
import { conv } from '../../ops/conv'
import { tf } from '../../tf'
import { buildClassifier } from '../classifierNetwork'
import { placeContents, type Pooling } from '../pooling'
import type { CamPass } from './camMethod'
import { CAM_METHODS } from './index'
import { logitGradients } from './logitGradient'

const LEVELS = [
  { stride: 8, channels: 3 },
  { stride: 16, channels: 2 },
]
const CANVAS = { width: 48, height: 32 }

/** A pass of a random classifier over random features: 6 x 4 places, all of them the picture. */
function randomPass(pooling: Pooling): CamPass {
  const random = createRandom(5)
  const network = buildClassifier(LEVELS, 2, 4)
  const [parameters, statistics] = [layOut(network.parameters), layOut(network.statistics)]
  const weights = new Map([
    ...nameWeights(parameters, cutWeights(parameters, tf.tensor1d(initialValues(parameters, 3)))),
    ...nameWeights(statistics, cutWeights(statistics, tf.tensor1d(initialValues(statistics, 3)))),
  ])
  const inputs = LEVELS.map(({ stride, channels }) => {
    const [h, w] = [CANVAS.height / stride, CANVAS.width / stride]
    const values = Float32Array.from({ length: h * w * channels }, () => random.normal())
    return tf.tensor4d(values, [1, h, w, channels])
  })
  const maps = network.forward(weights, inputs, { kind: 'infer' })
  return { network, weights, maps, places: placeContents([CANVAS], CANVAS, 8), pooling, classCount: 2 }
}

/** (1, h, w, D) -> channel first. */
function featureMaps(tensor: tf.Tensor4D): FeatureMaps {
  const [, height, width, channels] = tensor.shape
  return { width, height, channels, data: tf.transpose(tensor, [0, 3, 1, 2]).dataSync() as Float32Array }
}

const plane = (maps: tf.Tensor4D, k: number): Float32Array =>
  tf.slice(maps, [0, 0, 0, k], [-1, -1, -1, 1]).dataSync() as Float32Array

describe.each(['cpu', 'wasm'] as const)('CAM methods on %s', (backend) => {
  test('the class map is the reference of the class map after ReLU', async () => {
    await startBackend(backend)
    const pass = randomPass('mean')
    const kernel = pass.weights.get('classes.kernel')!.dataSync()
    for (const k of [0, 1]) {
      const weights = Float32Array.from({ length: 4 }, (_, d) => kernel[d * 2 + k]!)
      const reference = classMapCam(featureMaps(pass.maps.features), weights).map.data
      const expected = reference.map((value) => Math.max(0, value))
      expect(maxDifference(plane(CAM_METHODS.get('class-map').maps(pass), k), expected)).toBeLessThan(1e-5)
    }
  })

  test.each(['mean', 'top'] as const)(
    'Grad-CAM, Grad-CAM++ equal their references, pooled by %s',
    async (pooling) => {
      await startBackend(backend)
      const pass = randomPass(pooling)
      const kernel = pass.weights.get('classes.kernel') as tf.Tensor4D
      const gradients = logitGradients(pass.maps.features, (f) => conv(f, kernel), pass)
      for (const id of ['grad-cam', 'grad-cam-plus-plus'] as const) {
        const maps = CAM_METHODS.get(id).maps(pass)
        for (const k of [0, 1]) {
          const reference = gradientCam(id, featureMaps(pass.maps.features), featureMaps(gradients[k]!))
          expect(maxDifference(plane(maps, k), reference.data)).toBeLessThan(1e-5)
        }
      }
    },
  )

  test('with mean pooling Grad-CAM is the class map over the number of places', async () => {
    await startBackend(backend)
    const pass = randomPass('mean')
    const classMap = CAM_METHODS.get('class-map').maps(pass)
    const gradCam = CAM_METHODS.get('grad-cam').maps(pass)
    const expected = tf.div(classMap, 24).dataSync() as Float32Array
    expect(maxDifference(gradCam.dataSync() as Float32Array, expected)).toBeLessThan(1e-6)
  })

  test('LayerCAM joins the last layer and the earlier one by the greater share', async () => {
    await startBackend(backend)
    const pass = randomPass('top')
    const kernel = pass.weights.get('classes.kernel') as tf.Tensor4D
    const { joined, features } = pass.maps
    const late = logitGradients(features, (f) => conv(f, kernel), pass)
    const early = logitGradients(joined, (f) => pass.network.afterJoined(pass.weights, f).classes, pass)
    const maps = CAM_METHODS.get('layer-cam').maps(pass)
    for (const k of [0, 1]) {
      const a = gradientCam('layer-cam', featureMaps(features), featureMaps(late[k]!)).data
      const b = gradientCam('layer-cam', featureMaps(joined), featureMaps(early[k]!)).data
      const [maxA, maxB] = [Math.max(...a), Math.max(...b)]
      const expected = a.map((value, p) =>
        Math.max(maxA === 0 ? 0 : value / maxA, maxB === 0 ? 0 : Math.tanh((2 * b[p]!) / maxB)),
      )
      expect(maxDifference(plane(maps, k), expected)).toBeLessThan(1e-4)
    }
  })
})

import { expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { disposeReport, studentLoss } from '../losses/studentLoss'
import { createTarget, disposeTarget } from '../losses/target'
import { tf } from '../tf'

const CLASSES = 3

/** h x w of the logits, H x W of the labels, planes of the binary head. */
type Sizes = readonly [number, number, number, number, number]
const SIZES: readonly Sizes[] = [
  [5, 6, 20, 24, 2], // four outputs an input: the way of `light`
  [5, 6, 20, 24, 0],
  [4, 7, 11, 13, 2], // rows that end in the middle of a vector, enlarged
  [9, 10, 6, 7, 2], // reduced
]

/** Loss, terms, gradient and corrections on one backend, of inputs that depend on the sizes only. */
async function evaluate(backend: 'cpu' | 'wasm', [h, w, height, width, binary]: Sizes) {
  await startBackend(backend)
  const before = tf.memory().numTensors
  const random = createRandom(5)
  const n = 3
  const labels = Array.from({ length: n }, () => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height }, () => [0, 0, 0, 1, 2, 3, 255][random.integer(7)]!),
  }))
  const barred = [null, Uint8Array.from({ length: width * height }, () => random.integer(2)), null]
  const target = createTarget(labels, barred, CLASSES)
  // The last example is sure everywhere, so that the cap stops it; logits to 60 show what overflows.
  const logits = Float32Array.from({ length: n * h * w * (binary + CLASSES + 1) }, (_, i) => {
    const example = Math.floor(i / (h * w * (binary + CLASSES + 1)))
    return random.normal() * [2, 20, 6][example]!
  })
  const classWeights = tf.tensor1d([0.4, 3, 2, 1])
  const options = {
    classWeights,
    binaryWeight: 0.3,
    diceBeta: 0.4,
    correction: { threshold: 0.7, cap: 0.4 },
  }
  const z = tf.tensor4d(logits, [n, h, w, binary + CLASSES + 1])
  const found: { terms: Float32Array; changedTo: Float32Array; probability: Float32Array }[] = []
  const { value, grad } = tf.valueAndGrad((t) => {
    const { loss, report } = studentLoss(t as tf.Tensor4D, target, options)
    found.push({
      terms: report.terms.dataSync() as Float32Array,
      changedTo: report.corrections!.changedTo.dataSync() as Float32Array,
      probability: report.corrections!.probability.dataSync() as Float32Array,
    })
    disposeReport(report)
    return loss
  })(z)
  const result = { ...found[0]!, loss: value.dataSync()[0]!, gradient: grad.dataSync() }
  tf.dispose([value, grad, z, classWeights])
  disposeTarget(target)
  expect(tf.memory().numTensors).toBe(before)
  return result
}

test.each(SIZES)('logits %i x %i, labels %i x %i, binary planes %i: as TensorFlow.js', async (...sizes) => {
  const expected = await evaluate('cpu', sizes)
  const own = await evaluate('wasm', sizes)
  // The comparison means something only if pixels change and the cap bites.
  expect(expected.terms[3]).toBeGreaterThan(5)
  expect(expected.terms.slice(4)).toContain(1)
  expect(own.terms.slice(3)).toEqual(expected.terms.slice(3))
  expect(own.changedTo).toEqual(expected.changedTo)
  expect(maxDifference(own.probability, expected.probability)).toBeLessThan(2e-6)
  expect(Math.abs(own.loss - expected.loss)).toBeLessThan(1e-5 * expected.loss)
  const largest = maxDifference(expected.gradient, new Float32Array(expected.gradient.length))
  expect(maxDifference(own.gradient, expected.gradient)).toBeLessThan(1e-5 * largest)
})

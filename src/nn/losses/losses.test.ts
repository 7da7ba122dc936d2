import { describe, expect, test } from 'vitest'
import { IGNORE } from '../../core/raster'
import { createRandom } from '../../core/random'
import { correctTarget } from '../../ml/selfCorrection'
import { startBackend } from '../__fixtures__/backends'
import { maxDifference } from '../__fixtures__/maxDifference'
import { tf } from '../tf'
import { asymmetricDice } from './asymmetricDice'
import { softmaxPlanes } from './planes'
import { selfCorrected } from './selfCorrected'
import { disposeReport, studentLoss, type StudentLossOptions } from './studentLoss'
import { createTarget, disposeTarget } from './target'
import { weightedCrossEntropy } from './weightedCrossEntropy'

const map = (width: number, height: number, data: readonly number[]) => ({
  width,
  height,
  data: Uint8Array.from(data),
})

// Vector T1 and T2 of boxes2pixels.md §11: B = 1, H = 1, W = 4, C = 3.
const T1_LOGITS = [
  [4, 0, 0.2, 3],
  [0, 5, 0.1, 0],
  [0, 0, 0.3, 0],
]
const T2_BINARY = [
  [2, -1, 0, -2],
  [0, 1, 0, 1],
]
const t1Target = () => createTarget([map(4, 1, [0, 0, 0, 1])], [null], 2)
const planes = (rows: readonly (readonly number[])[]) =>
  tf.tensor4d(rows.flat(), [rows.length, 1, 1, rows[0]!.length])

describe.each(['cpu', 'wasm'] as const)('losses on %s', (backend) => {
  test('T1: plain mean of the weighted cross-entropy, before and after correction', async () => {
    await startBackend(backend)
    const target = t1Target()
    const softmax = softmaxPlanes(planes(T1_LOGITS))
    const weights = tf.tensor1d([0.4, 4, 4])
    const plain = weightedCrossEntropy(softmax, target.oneHot, weights, target.validPixels)
    expect(plain.loss.dataSync()[0]).toBeCloseTo(3.710053, 5)
    const corrected = selfCorrected(softmax.probabilities, target, { threshold: 0.9, cap: 1 })
    expect([...corrected.changedTo.dataSync()]).toEqual([0, 1, 0, 0])
    expect(corrected.probability.dataSync()[1]).toBeCloseTo(0.986703, 5)
    const fine = weightedCrossEntropy(softmax, corrected.oneHot, weights, target.validPixels)
    expect(fine.loss.dataSync()[0]).toBeCloseTo(3.222101, 5)
  })

  test('T2: asymmetric Dice, and T1 + T2: the whole loss', async () => {
    await startBackend(backend)
    const target = t1Target()
    const margin = tf.tensor3d([-2, 2, 0, 3], [1, 1, 4])
    const defect = tf.tensor3d([0, 0, 0, 1], [1, 1, 4])
    expect(asymmetricDice(margin, defect, tf.ones([1, 1, 4]), 0.4).loss.dataSync()[0]).toBeCloseTo(
      0.404641,
      5,
    )
    const logits = tf.transpose(planes([...T2_BINARY, ...T1_LOGITS]), [1, 2, 3, 0]) as tf.Tensor4D
    const { loss, report } = studentLoss(logits, target, {
      classWeights: tf.tensor1d([0.4, 4, 4]),
      binaryWeight: 0.5,
      diceBeta: 0.4,
      correction: { threshold: 0.9, cap: 1 },
    })
    expect(loss.dataSync()[0]).toBeCloseTo(1.813371, 5)
    expect(maxDifference(report.terms.dataSync(), [1.813371, 3.222101, 0.404641, 1, 0])).toBeLessThan(1e-5)
  })

  test('T1 of a student with one head: the whole loss is the class loss', async () => {
    await startBackend(backend)
    const logits = tf.transpose(planes(T1_LOGITS), [1, 2, 3, 0]) as tf.Tensor4D
    const { loss, report } = studentLoss(logits, t1Target(), {
      classWeights: tf.tensor1d([0.4, 4, 4]),
      binaryWeight: 0.5,
      diceBeta: 0.4,
      correction: { threshold: 0.9, cap: 1 },
    })
    expect(loss.dataSync()[0]).toBeCloseTo(3.222101, 5)
    expect(maxDifference(report.terms.dataSync(), [3.222101, 3.222101, 0, 1, 0])).toBeLessThan(1e-5)
  })

  test.each([
    // height and width of the logits, heads; the target is 4 x 4: an even factor, none, odd ones, a smaller target.
    { h: 2, w: 2, heads: 'both' },
    { h: 2, w: 2, heads: 'class' },
    { h: 4, w: 4, heads: 'class' },
    { h: 3, w: 1, heads: 'both' },
    { h: 5, w: 7, heads: 'both' },
    { h: 5, w: 7, heads: 'class' },
  ])('the gradient agrees with finite differences, logits $h x $w, $heads', async ({ h, w, heads }) => {
    await startBackend(backend)
    // With ignored pixels, and one that changes: the background at the right bottom is sure to be class 2.
    const labels = [0, 0, 1, IGNORE, 2, 2, 0, 0, 0, 1, 0, 0, 0, 0, IGNORE, 0]
    const target = createTarget([map(4, 4, labels)], [null], 2)
    const outputs = heads === 'both' ? 5 : 3
    const shape: [number, number, number, number] = [1, h, w, outputs]
    const z = Float32Array.from(tf.randomNormal([h * w * outputs], 0, 0.7, 'float32', 5).dataSync())
    z[z.length - 1] = 9
    const options: StudentLossOptions = {
      classWeights: tf.tensor1d([0.4, 3, 2]),
      binaryWeight: 0.3,
      diceBeta: 0.4,
      correction: { threshold: 0.9, cap: 0.9 },
    }
    const evaluate = (values: Float32Array): number =>
      tf.tidy(() => {
        const { loss, report } = studentLoss(tf.tensor4d(values, shape), target, options)
        expect(report.terms.dataSync()[3]).toBeGreaterThan(0)
        disposeReport(report)
        return loss.dataSync()[0]!
      })
    const gradient = tf
      .grad((t) => {
        const { loss, report } = studentLoss(t as tf.Tensor4D, target, options)
        disposeReport(report)
        return loss
      })(tf.tensor4d(z, shape))
      .dataSync()
    const step = 1e-2 // single precision: a smaller step drowns in rounding
    const numeric = z.map((_, i) => {
      const nudged = (by: number) => evaluate(z.map((value, at) => (at === i ? value + by : value)))
      return (nudged(step) - nudged(-step)) / (2 * step)
    })
    expect(maxDifference(gradient, numeric)).toBeLessThan(3e-4)
  })

  test('the tensor form of self-correction equals the reference pixel for pixel', async () => {
    await startBackend(backend)
    const random = createRandom(4)
    const [n, h, w, k] = [3, 6, 5, 2]
    const labels = Array.from({ length: n }, () =>
      map(
        w,
        h,
        Array.from({ length: h * w }, () => [0, 0, 0, 1, 2, IGNORE][random.integer(6)]!),
      ),
    )
    const barred = labels.map((_, i) =>
      i === 1 ? null : Uint8Array.from({ length: h * w }, () => random.integer(2)),
    )
    // Example 2 is sure everywhere, so the cap stops it.
    const spread = [3, 1.5, 0]
    const logits = tf.tidy(() =>
      tf.tensor4d(
        Array.from({ length: (k + 1) * n * h * w }, (_, i) => {
          const example = Math.floor(i / (h * w)) % n
          const plane = Math.floor(i / (n * h * w))
          return random.normal() * spread[example]! + (example === 2 && plane === 1 ? 20 : 0)
        }),
        [k + 1, n, h, w],
      ),
    )
    const target = createTarget(labels, barred, k)
    const rule = { threshold: 0.8, cap: 0.45 }
    const { probabilities } = softmaxPlanes(logits)
    const { oneHot, isCapped } = selfCorrected(probabilities, target, rule)
    const p = probabilities.dataSync() as Float32Array
    const found = oneHot.dataSync()
    const outcomes = labels.map((label, example) => {
      const own = Float32Array.from({ length: (k + 1) * h * w }, (_, i) => {
        const plane = Math.floor(i / (h * w))
        return p[(plane * n + example) * h * w + (i % (h * w))]!
      })
      const expected = correctTarget(own, label, barred[example]!, rule)
      for (let plane = 0; plane <= k; plane++) {
        for (let at = 0; at < h * w; at++) {
          const is = found[(plane * n + example) * h * w + at]
          expect(is).toBe(expected.target.data[at] === plane ? 1 : 0)
        }
      }
      return expected
    })
    // The test means something only if pixels change and the cap bites.
    expect(outcomes.map((o) => o.changedPixels > 0)).toEqual([true, true, false])
    expect([...isCapped.dataSync()]).toEqual(outcomes.map((o) => (o.isCapped ? 1 : 0)))
    expect(outcomes[2]!.isCapped).toBe(true)
  })

  test('a batch without defects counts a tenth in the binary loss; one without valid pixels not at all', async () => {
    await startBackend(backend)
    const options = { classWeights: tf.tensor1d([1, 1]), binaryWeight: 1, diceBeta: 0.4, correction: null }
    const logits = tf.zeros<tf.Rank.R4>([1, 2, 2, 4])
    const clean = createTarget([map(2, 2, [0, 0, 0, 0])], [null], 1)
    // I = FN = 0: the Dice loss is 1 - eps / (beta sum(a) + eps), all but 1.
    expect(studentLoss(logits, clean, options).loss.dataSync()[0]).toBeCloseTo(0.1, 5)
    const blank = createTarget([map(2, 2, [IGNORE, IGNORE, IGNORE, IGNORE])], [null], 1)
    const gradient = tf.grad((t) => studentLoss(t as tf.Tensor4D, blank, options).loss)(logits)
    expect(maxDifference(gradient.dataSync(), new Float32Array(16))).toBe(0)
  })

  test('leaves no tensor behind', async () => {
    await startBackend(backend)
    const classWeights = tf.tensor1d([1, 1, 1])
    const before = tf.memory().numTensors
    const target = t1Target()
    const logits = tf.zeros<tf.Rank.R4>([1, 1, 4, 5])
    const options = { classWeights, binaryWeight: 0.5, diceBeta: 0.4, correction: { threshold: 0.9, cap: 1 } }
    const gradient = tf.grad((t) => {
      const { loss, report } = studentLoss(t as tf.Tensor4D, target, options)
      disposeReport(report)
      return loss
    })(logits)
    tf.dispose([gradient, logits])
    disposeTarget(target)
    expect(tf.memory().numTensors).toBe(before)
  })
})

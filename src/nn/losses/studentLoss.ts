import { assert } from '../../core/assert'
import type { SelfCorrectionRule } from '../../ml/selfCorrection'
import { differentiable } from '../ops/differentiable'
import { ownStudentLoss } from '../kernels/lossKernels'
import { hasOwnKernels } from '../kernels/ownKernels'
import { resizeAdjoint, resizeForward } from '../ops/resize'
import { tf } from '../tf'
import { asymmetricDice, DICE_EPSILON, type DiceTerm } from './asymmetricDice'
import { softmaxPlanes, sumPlanes } from './planes'
import { selfCorrected } from './selfCorrected'
import type { BatchTarget } from './target'
import { weightedCrossEntropy } from './weightedCrossEntropy'

/** A batch without any defect says little to the binary loss: its weight is multiplied by this (boxes2pixels.md §10). */
const ALL_BACKGROUND_WEIGHT = 0.1

/** Where there is a binary head, the logits hold it first: background, defect. */
export const BINARY_PLANES = 2

export interface StudentLossOptions {
  /** (K + 1) weights of the cross-entropy. */
  readonly classWeights: tf.Tensor1D
  /** Share of the binary loss; the rest goes to the class head. */
  readonly binaryWeight: number
  readonly diceBeta: number
  /** Null before the warm-up is over, and when it is switched off. */
  readonly correction: SelfCorrectionRule | null
}

/** What a step tells besides its gradient. The tensors are kept: whoever asked for the loss disposes them. */
export interface StudentLossReport {
  /** [total, class loss, binary loss (0 without that head), changed pixels, then for each example: 1 = capped]. */
  readonly terms: tf.Tensor1D
  readonly corrections: { readonly changedTo: tf.Tensor3D; readonly probability: tf.Tensor3D } | null
}

/**
 * The loss of Boxes2Pixels (boxes2pixels.md §5) at full resolution:
 * (1 - w) * self-corrected weighted cross-entropy of the class head + w * asymmetric Dice of the binary head; of a student
 * with one head, the cross-entropy alone.
 *
 * `logits` (N, h, w, 2 + K + 1) at the network's own size: binary head, then class head; (N, h, w, K + 1) of a student
 * with one head. They are resized bilinearly to the target's (H, W) before the softmax. One operation with its own
 * gradient: the large planes are freed at once and only the small gradient is kept for the backward pass. The binary
 * loss sees the labels before correction.
 */
export function studentLoss(
  logits: tf.Tensor4D,
  target: BatchTarget,
  options: StudentLossOptions,
): { readonly loss: tf.Scalar; readonly report: StudentLossReport } {
  const [n, height, width] = target.shape
  const [examples, h, w, outputs] = logits.shape
  const binaryPlanes = outputs - (target.classCount + 1)
  assert(
    examples === n && (binaryPlanes === BINARY_PLANES || binaryPlanes === 0),
    `logits ${logits.shape.join('x')} do not fit ${target.classCount} classes on ${target.shape.join('x')}`,
  )
  const fineWeight = binaryPlanes === 0 ? 1 : 1 - options.binaryWeight
  const binaryWeight = options.binaryWeight * (target.defectPixels === 0 ? ALL_BACKGROUND_WEIGHT : 1)
  let report: StudentLossReport | null = null

  const own = (z: tf.Tensor4D) => {
    const [value, terms, dz, changedTo, probability] = ownStudentLoss(
      [z, target.codes, options.classWeights],
      {
        binaryPlanes,
        fineWeight,
        binaryWeight,
        diceBeta: options.diceBeta,
        diceEpsilon: DICE_EPSILON,
        correction: options.correction,
        validPixels: target.validPixels,
        defectPixels: target.defectPixels,
        background: target.backgroundPixels,
      },
    )
    report = {
      terms: tf.keep(terms as tf.Tensor1D),
      corrections:
        options.correction === null
          ? null
          : {
              changedTo: tf.keep(changedTo as tf.Tensor3D),
              probability: tf.keep(probability as tf.Tensor3D),
            },
    }
    return { value: value as tf.Scalar, dz: dz as tf.Tensor4D }
  }

  const reference = (z: tf.Tensor4D) => {
    const planes = tf.transpose(resizeForward(z, { height, width }), [3, 0, 1, 2]) // (outputs, N, H, W)
    const softmax = softmaxPlanes(tf.slice(planes, binaryPlanes))
    const corrected =
      options.correction === null ? null : selfCorrected(softmax.probabilities, target, options.correction)
    const fine = weightedCrossEntropy(
      softmax,
      corrected?.oneHot ?? target.oneHot,
      options.classWeights,
      target.validPixels,
    )
    const dice = binaryPlanes === 0 ? null : binaryTerm(planes, target, options.diceBeta)
    const weightedFine = tf.mul(fine.loss, fineWeight)
    const value = (
      dice === null ? weightedFine : tf.add(weightedFine, tf.mul(dice.loss, binaryWeight))
    ) as tf.Scalar
    const changed = corrected === null ? tf.scalar(0) : tf.sum(tf.step(corrected.changedTo))
    const sums = tf.stack([value, fine.loss, dice?.loss ?? tf.scalar(0), changed]) as tf.Tensor1D
    report = {
      terms: tf.keep(tf.concat1d([sums, corrected?.isCapped ?? tf.zeros([n])])),
      corrections:
        corrected === null
          ? null
          : { changedTo: tf.keep(corrected.changedTo), probability: tf.keep(corrected.probability) },
    }
    const dClasses = tf.mul(fine.gradient, fineWeight) as tf.Tensor4D
    const dDefect = dice === null ? null : tf.expandDims(tf.mul(dice.gradient, binaryWeight), 0)
    const dPlanes = dDefect === null ? dClasses : tf.concat([tf.neg(dDefect), dDefect, dClasses], 0)
    const dz = resizeAdjoint(tf.transpose(dPlanes, [1, 2, 3, 0]) as tf.Tensor4D, { height: h, width: w })
    return { value, dz }
  }

  const op = differentiable((z: tf.Tensor4D) => {
    const { value, dz } = hasOwnKernels() ? own(z) : reference(z)
    return {
      value,
      saved: [dz],
      gradient: (dy: tf.Scalar, [small]) => [tf.mul(small!, dy)],
    }
  })
  const loss = op(logits)
  assert(report !== null, 'the loss ran without a report')
  return { loss, report }
}

/** The loss of the binary head, whose planes come first. */
function binaryTerm(planes: tf.Tensor4D, target: BatchTarget, beta: number): DiceTerm {
  const [background, defect] = tf.unstack(tf.slice(planes, 0, BINARY_PLANES)) as [tf.Tensor3D, tf.Tensor3D]
  return asymmetricDice(
    tf.sub(defect, background),
    sumPlanes(tf.slice(target.oneHot, 1)),
    sumPlanes(target.oneHot),
    beta,
  )
}

export function disposeReport(report: StudentLossReport): void {
  tf.dispose(report.terms)
  if (report.corrections !== null) tf.dispose([report.corrections.changedTo, report.corrections.probability])
}

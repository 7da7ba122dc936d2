import { assert } from '../../core/assert'
import type { SelfCorrectionRule } from '../../ml/selfCorrection'
import { differentiable } from '../ops/differentiable'
import { upsampleAdjoint, upsampleForward } from '../ops/upsample'
import { tf } from '../tf'
import { asymmetricDice } from './asymmetricDice'
import { softmaxPlanes, sumPlanes } from './planes'
import { selfCorrected } from './selfCorrected'
import type { BatchTarget } from './target'
import { weightedCrossEntropy } from './weightedCrossEntropy'

/** A batch without any defect says little to the binary loss: its weight is multiplied by this (boxes2pixels.md §10). */
const ALL_BACKGROUND_WEIGHT = 0.1

/** The logits hold the binary head first: background, defect. */
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
  /** [total, class loss, binary loss, changed pixels]. */
  readonly terms: tf.Tensor1D
  readonly corrections: { readonly changedTo: tf.Tensor3D; readonly probability: tf.Tensor3D } | null
}

/**
 * The loss of Boxes2Pixels (boxes2pixels.md §5) at full resolution:
 * (1 - w) * self-corrected weighted cross-entropy of the class head + w * asymmetric Dice of the binary head.
 *
 * `logits` (N, h, w, 2 + K + 1) at the network's stride: binary head, then class head. They are enlarged bilinearly to
 * the target's (H, W) before the softmax. One operation with its own gradient: the large planes are freed at once
 * and only the small gradient is kept for the backward pass. The binary loss sees the labels before correction.
 */
export function studentLoss(
  logits: tf.Tensor4D,
  target: BatchTarget,
  options: StudentLossOptions,
): { readonly loss: tf.Scalar; readonly report: StudentLossReport } {
  const [, n, height, width] = target.oneHot.shape
  const factor = height / logits.shape[1]
  assert(
    logits.shape[0] === n && logits.shape[2] * factor === width,
    `logits ${logits.shape.join('x')} do not fit the target ${target.oneHot.shape.join('x')}`,
  )
  const binaryWeight = options.binaryWeight * (target.defectPixels === 0 ? ALL_BACKGROUND_WEIGHT : 1)
  let report: StudentLossReport | null = null

  const op = differentiable((z: tf.Tensor4D) => {
    const planes = tf.transpose(upsampleForward(z, factor), [3, 0, 1, 2]) // (2 + K + 1, N, H, W)
    const binary = tf.slice(planes, 0, BINARY_PLANES)
    const softmax = softmaxPlanes(tf.slice(planes, BINARY_PLANES))
    const corrected =
      options.correction === null ? null : selfCorrected(softmax.probabilities, target, options.correction)
    const fine = weightedCrossEntropy(
      softmax,
      corrected?.oneHot ?? target.oneHot,
      options.classWeights,
      target.validPixels,
    )
    const [background, defect] = tf.unstack(binary) as [tf.Tensor3D, tf.Tensor3D]
    const dice = asymmetricDice(
      tf.sub(defect, background),
      sumPlanes(tf.slice(target.oneHot, 1)),
      sumPlanes(target.oneHot),
      options.diceBeta,
    )
    const fineWeight = 1 - options.binaryWeight
    const value = tf.add(tf.mul(fine.loss, fineWeight), tf.mul(dice.loss, binaryWeight)) as tf.Scalar
    const changed = corrected === null ? tf.scalar(0) : tf.sum(tf.step(corrected.changedTo))
    report = {
      terms: tf.keep(tf.stack([value, fine.loss, dice.loss, changed]) as tf.Tensor1D),
      corrections:
        corrected === null
          ? null
          : { changedTo: tf.keep(corrected.changedTo), probability: tf.keep(corrected.probability) },
    }
    const dDefect = tf.expandDims(tf.mul(dice.gradient, binaryWeight), 0)
    const dPlanes = tf.concat([tf.neg(dDefect), dDefect, tf.mul(fine.gradient, fineWeight)], 0)
    const dz = upsampleAdjoint(tf.transpose(dPlanes, [1, 2, 3, 0]) as tf.Tensor4D, factor)
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

export function disposeReport(report: StudentLossReport): void {
  tf.dispose(report.terms)
  if (report.corrections !== null) tf.dispose([report.corrections.changedTo, report.corrections.probability])
}

import type { SelfCorrectionRule } from '../../ml/selfCorrection'
import type { tf } from '../tf'
import { defineOwnKernel } from './ownKernels'

/** Doubles of an example in the first pass (`assembly/loss.ts`). */
const SUMS = 8

interface LossAttributes {
  /** Planes of the binary head: 2, or 0 without it. */
  readonly binaryPlanes: number
  readonly fineWeight: number
  readonly binaryWeight: number
  readonly diceBeta: number
  readonly diceEpsilon: number
  readonly correction: SelfCorrectionRule | null
  readonly validPixels: number
  readonly defectPixels: number
  /** Background pixels of each example. */
  readonly background: readonly number[]
}

/**
 * The whole loss and its gradient (`losses/studentLoss`) from logits (N, h, w, planes), labels (N, H, W) as bytes and the
 * weights of the classes: value, terms, dlogits, and under self-correction the class and the probability of changed pixels.
 */
export function ownStudentLoss(
  inputs: readonly [logits: tf.Tensor4D, labels: tf.Tensor3D, classWeights: tf.Tensor1D],
  attributes: LossAttributes,
): tf.Tensor[] {
  return lossKernel(inputs, attributes)
}

const lossKernel = defineOwnKernel<LossAttributes>('OwnStudentLoss', (runner, inputs, attributes) => {
  const [logits, labels, weights] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo]
  const [n, h, w, planes] = logits.shape as [number, number, number, number]
  const [, height, width] = labels.shape as [number, number, number]
  const { correction, binaryPlanes, fineWeight, binaryWeight, diceBeta, diceEpsilon } = attributes
  const value = runner.create([])
  const terms = runner.create([4 + n])
  const dLogits = runner.create(logits.shape)
  const maps = correction === null ? [] : [runner.create(labels.shape), runner.create(labels.shape)]
  const scratchFloats = runner.threads * runner.kernels.lossScratchFloats(planes, w, width)
  runner.withScratch(2 + 2 * SUMS * n + n + scratchFloats, (at) => {
    const sumsAt = ((at + 7) & ~7) >>> 0
    const flagsAt = sumsAt + 8 * SUMS * n
    const inputsAt = [logits, labels, weights].map(runner.addressOf)
    const sizes = [h, w, height, width, planes, binaryPlanes]
    // The threshold in single precision, as tensors would hold it.
    const threshold = Math.fround(correction?.threshold ?? 1)
    const scratchAt = flagsAt + 4 * n
    runner.run(
      'lossSums',
      n,
      [...inputsAt, sumsAt, scratchAt, ...sizes, Number(correction !== null)],
      [threshold],
    )

    const sums = new Float64Array(runner.buffer, sumsAt, SUMS * n)
    const flags = new Int32Array(runner.buffer, flagsAt, n)
    const isCapped: number[] = []
    let [entropy, changed, hit, all] = [0, 0, 0, 0]
    for (let example = 0; example < n; example++) {
      const [given, added, proposed, hitHere, allHere] = sums.subarray(SUMS * example) as unknown as Sums
      const exceeds =
        correction !== null &&
        proposed > Math.fround(attributes.background[example]! * Math.fround(correction.cap))
      const isCorrected = correction !== null && !exceeds
      flags[example] = Number(isCorrected)
      isCapped.push(Number(exceeds))
      entropy += isCorrected ? given + added : given
      changed += isCorrected ? proposed : 0
      hit += hitHere
      all += allHere
    }
    const count = Math.max(1, attributes.validPixels)
    const fine = entropy / count
    // See `losses/asymmetricDice`.
    const numerator = hit + diceEpsilon
    const denominator = attributes.defectPixels + (all - hit) * diceBeta + diceEpsilon
    const dice = binaryPlanes === 0 ? 0 : 1 - numerator / denominator
    const total = fineWeight * fine + (binaryPlanes === 0 ? 0 : binaryWeight * dice)
    const floats = new Float32Array(runner.buffer)
    floats[runner.addressOf(value) / 4] = total
    floats.set([total, fine, dice, changed, ...isCapped], runner.addressOf(terms) / 4)

    const [changedToAt, probabilityAt] = maps.map(runner.addressOf)
    runner.run(
      'lossGradient',
      n,
      [
        ...inputsAt,
        flagsAt,
        scratchAt,
        ...sizes,
        runner.addressOf(dLogits),
        changedToAt ?? 0,
        probabilityAt ?? 0,
      ],
      [
        threshold,
        fineWeight / count,
        -binaryWeight / denominator,
        (binaryWeight * diceBeta * numerator) / denominator ** 2,
      ],
    )
  })
  return [value, terms, dLogits, ...maps]
})

/** As the first pass writes them. */
type Sums = readonly [entropy: number, added: number, proposed: number, hit: number, all: number]

import { AppError } from '../core/errors'
import { CANDIDATE_FEATURES } from './generators/candidateFeatures'

/** A small network that guesses the IoU of a candidate mask from what can be told without the truth. */
export interface CandidateScorer {
  readonly version: number
  /** Names of its inputs, in order; each must be one of `CANDIDATE_FEATURES`. */
  readonly features: readonly string[]
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** `weights[i][j]`: from input j to output i. ReLU between layers, a logistic function behind the last, which has one output. */
  readonly layers: readonly {
    readonly weights: readonly (readonly number[])[]
    readonly bias: readonly number[]
  }[]
}

/** How the candidates of an answer are made and ranked; `calibration.choice` of a manifest (training/README.md). */
export interface CandidateChoice {
  /** Weight of the grey values' log-likelihood ratio beside the network's logit. */
  readonly adaptWeight: number
  /** Guided filter: radius in grid pixels, and epsilon in squared standard deviations of the surface. */
  readonly guideRadiusPx: number
  readonly guideEpsilon: number
  /** Thresholds below this are not tried for the kind `fitted`: a loose box must not talk its mask into filling it. */
  readonly minimalThreshold: number
  /** Another kind comes first only when its predicted IoU is higher by more than the margin. */
  readonly preferredKind: string
  readonly preferredMargin: number
  readonly scorer: CandidateScorer
}

/** Predicted IoU, 0..1. @param values one number per name of `scorer.features` */
export function predictIou({ mean, std, layers }: CandidateScorer, values: readonly number[]): number {
  let activations = values.map((value, i) => (value - mean[i]!) / std[i]!)
  layers.forEach(({ weights, bias }, depth) => {
    const isLast = depth === layers.length - 1
    activations = weights.map((row, i) => {
      const sum = row.reduce((total, weight, j) => total + weight * activations[j]!, bias[i]!)
      return isLast ? sum : Math.max(sum, 0)
    })
  })
  return 1 / (1 + Math.exp(-activations[0]!))
}

/** Throws `model/incompatible` naming the field that is absent or does not fit the others. */
export function readCandidateChoice(json: unknown): CandidateChoice {
  const choice = objectAt(json, 'choice')
  return {
    adaptWeight: numberAt(choice.adaptWeight, 'choice.adaptWeight'),
    guideRadiusPx: numberAt(choice.guideRadiusPx, 'choice.guideRadiusPx'),
    guideEpsilon: numberAt(choice.guideEpsilon, 'choice.guideEpsilon'),
    minimalThreshold: numberAt(choice.minimalThreshold, 'choice.minimalThreshold'),
    preferredKind: textAt(choice.preferredKind, 'choice.preferredKind'),
    preferredMargin: numberAt(choice.preferredMargin, 'choice.preferredMargin'),
    scorer: readScorer(choice.scorer),
  }
}

function readScorer(json: unknown): CandidateScorer {
  const scorer = objectAt(json, 'choice.scorer')
  const features = listAt(scorer.features, 'scorer.features').map((name) => {
    const text = textAt(name, 'scorer.features')
    if (!CANDIDATE_FEATURES.includes(text))
      throw incompatible(`scorer.features: this version does not know ${text}`)
    return text
  })
  const layers = listAt(scorer.layers, 'scorer.layers').map((layer, i) => {
    const fields = objectAt(layer, `scorer.layers[${i}]`)
    const weights = listAt(fields.weights, `scorer.layers[${i}].weights`)
    return {
      weights: weights.map((row) => numbersAt(row, `scorer.layers[${i}].weights`)),
      bias: numbersAt(fields.bias, `scorer.layers[${i}].bias`),
    }
  })
  let width = features.length
  layers.forEach(({ weights, bias }, i) => {
    if (bias.length !== weights.length || weights.some((row) => row.length !== width)) {
      throw incompatible(`scorer.layers[${i}] does not fit the layer before it`)
    }
    width = weights.length
  })
  const mean = numbersAt(scorer.mean, 'scorer.mean')
  const std = numbersAt(scorer.std, 'scorer.std')
  if (layers.length === 0 || width !== 1) throw incompatible('scorer.layers must end in one number')
  if (mean.length !== features.length || std.length !== features.length || std.some((value) => value <= 0)) {
    throw incompatible('scorer.mean and scorer.std must have a number per feature, std above 0')
  }
  return { version: numberAt(scorer.version, 'scorer.version'), features, mean, std, layers }
}

function incompatible(what: string): AppError {
  return new AppError(
    'model/incompatible',
    `the model manifest does not fit this version of the app: ${what}`,
  )
}

function objectAt(value: unknown, where: string): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) throw incompatible(`${where} is not an object`)
  return value as { readonly [name: string]: unknown }
}

function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw incompatible(`${where} is not a list`)
  return value
}

function numbersAt(value: unknown, where: string): readonly number[] {
  return listAt(value, where).map((entry) => numberAt(entry, where))
}

function numberAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw incompatible(`${where} is not a number`)
  return value
}

function textAt(value: unknown, where: string): string {
  if (typeof value !== 'string') throw incompatible(`${where} is not a text`)
  return value
}

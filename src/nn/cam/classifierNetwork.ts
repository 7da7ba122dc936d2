import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import { addBias } from '../ops/addBias'
import { batchNorm, normalise, type Activation, type ChannelStatistics } from '../ops/batchNorm'
import { conv, convOfConstant } from '../ops/conv'
import { upsample } from '../ops/upsample'
import { valueOf } from '../students/layerStack'
import type { ParameterSpec, Weights } from '../students/student'
import { tf } from '../tf'

/** What makes a network: everything else about it is in its weights. */
export interface ClassifierShape {
  readonly classCount: number
  /** All that are looked at: a pyramid finest first, strides doubling; tokens, one stride. */
  readonly levels: readonly FeatureLevel[]
  readonly channels: number
}

export type ClassifierPass =
  | { readonly kind: 'train'; readonly observe: (name: string, statistics: ChannelStatistics) => void }
  | { readonly kind: 'infer' }

/** Cells are those of the finest level's grid, (h, w). */
export interface ClassifierMaps {
  /** The levels joined, after ReLU: the last layer that is made before the convolution, (N, h, w, C). */
  readonly joined: tf.Tensor4D
  /** f of the method: the penultimate map, after ReLU, (N, h, w, C). */
  readonly features: tf.Tensor4D
  /** A of the method, before ReLU, (N, h, w, K). */
  readonly classMaps: tf.Tensor4D
}

/** A network without state, as the students are. */
export interface ClassifierNetwork {
  readonly parameters: readonly ParameterSpec[]
  /** Running averages of what normalisation observed: no gradient moves them. */
  readonly statistics: readonly ParameterSpec[]
  /** `features` standardised, (N, H / stride, W / stride, channels) for each level in order. */
  forward(weights: Weights, features: readonly tf.Tensor4D[], pass: ClassifierPass): ClassifierMaps
  /** From `joined` on. */
  mix(weights: Weights, joined: tf.Tensor4D, pass: ClassifierPass): tf.Tensor4D
  /** Vectors of regions (M, C) -> (M, 64) of length 1. */
  project(weights: Weights, vectors: tf.Tensor2D): tf.Tensor2D
}

/** The level of each class map, (K). */
export const CLASS_BIAS = 'classes.bias'
/** Width of the projected vectors (our reconstruction, methods/cam-pseudo-masks.md, A3). */
const PROJECTED = 64
/** Added to squared lengths, so that a vector of zeros has a direction to be divided by. */
const LENGTH_EPSILON = 1e-12

/**
 * The defect-focus classifier on frozen features:
 *
 *   every level: Conv1x1 -> C, BatchNorm; from the coarsest: enlarge by 2, add the finer level; ReLU
 *   Conv3x3 C -> C, BatchNorm, ReLU = f; Conv1x1 -> K class maps, each with its level
 *   for the contrastive loss: Linear C -> C, ReLU, Linear C -> 64, divided by the length
 *
 * Source: methods/cam-pseudo-masks.md, A1 and A3 (our reconstruction). Unlike there, the Conv3x3 stands behind the levels of a
 * pyramid joined at C channels instead of taking one map of D channels at stride 8 to 128: the backbone is frozen, its
 * levels say different things, and a Conv3x3 from all their channels would cost ten times as much. And each class map has
 * a level (a bias, inside the map, so that the logit stays its mean): relu(A) takes 0 for "nothing here", and behind a ReLU a
 * bias-free classifier may start far above it and not come down within a short training (`ClassifierState.centre`).
 */
export function buildClassifier({ classCount, levels, channels }: ClassifierShape): ClassifierNetwork {
  assert(classCount > 0 && levels.length > 0, 'a classifier needs classes and features')
  const strides = levels.map(({ stride }) => stride)
  const areTokens = levels.length > 1 && strides.every((stride) => stride === strides[0])
  assert(
    areTokens || strides.slice(1).every((stride, i) => stride === 2 * strides[i]!),
    `a classifier needs strides that double, or one for all, got ${strides.join()}`,
  )
  const factor = areTokens ? 1 : 2
  const names = levels.map(({ stride }, i) => (areTokens ? `level${stride}_${i}` : `level${stride}`))
  const blocks = [
    ...levels.map((level, i) => ({ name: names[i]!, k: 1, inputs: level.channels })),
    { name: 'mix', k: 3, inputs: channels },
  ]
  const uniform = (fanIn: number) => ({ kind: 'uniform', fanIn }) as const
  const mix: ClassifierNetwork['mix'] = (weights, joined, pass) =>
    norm('mix', conv(joined, kernelOf(weights, 'mix')), 'relu', weights, pass)
  return {
    parameters: [
      ...blocks.flatMap(({ name, k, inputs }): ParameterSpec[] => [
        { name: `${name}.kernel`, shape: [k, k, inputs, channels], initial: uniform(k * k * inputs) },
        { name: `${name}.scale`, shape: [channels], initial: 1 },
        { name: `${name}.shift`, shape: [channels], initial: 0 },
      ]),
      { name: 'classes.kernel', shape: [1, 1, channels, classCount], initial: uniform(channels) },
      { name: CLASS_BIAS, shape: [classCount], initial: 0 },
      { name: 'project1.kernel', shape: [channels, channels], initial: uniform(channels) },
      { name: 'project1.bias', shape: [channels], initial: uniform(channels) },
      { name: 'project2.kernel', shape: [channels, PROJECTED], initial: uniform(channels) },
      { name: 'project2.bias', shape: [PROJECTED], initial: uniform(channels) },
    ],
    statistics: blocks.flatMap(({ name }): ParameterSpec[] => [
      { name: `${name}.mean`, shape: [channels], initial: 0 },
      { name: `${name}.variance`, shape: [channels], initial: 1 },
    ]),
    forward(weights, features, pass) {
      const lateral = (i: number): tf.Tensor4D =>
        norm(names[i]!, convOfConstant(features[i]!, kernelOf(weights, names[i]!)), 'linear', weights, pass)
      let x = lateral(levels.length - 1)
      for (let i = levels.length - 2; i >= 0; i--) x = tf.add(upsample(x, factor), lateral(i))
      const joined = tf.relu(x)
      const mixed = mix(weights, joined, pass)
      return { joined, features: mixed, classMaps: classMapsOf(weights, mixed) }
    },
    mix,
    project(weights, vectors) {
      const linear = (name: string, x: tf.Tensor2D): tf.Tensor2D => {
        const kernel = valueOf(weights, `${name}.kernel`) as tf.Tensor2D
        return tf.add(tf.matMul(x, kernel), valueOf(weights, `${name}.bias`))
      }
      const raw = linear('project2', tf.relu(linear('project1', vectors)))
      const squares = tf.sum(tf.square(raw), 1, true)
      return tf.div(raw, tf.sqrt(tf.add(squares, LENGTH_EPSILON)))
    },
  }
}

/** A of the method from f: (N, h, w, C) -> (N, h, w, K). */
export function classMapsOf(weights: Weights, features: tf.Tensor4D): tf.Tensor4D {
  return addBias(conv(features, kernelOf(weights, 'classes')), valueOf(weights, CLASS_BIAS) as tf.Tensor1D)
}

function kernelOf(weights: Weights, name: string): tf.Tensor4D {
  return valueOf(weights, `${name}.kernel`) as tf.Tensor4D
}

function norm(
  name: string,
  x: tf.Tensor4D,
  activation: Activation,
  weights: Weights,
  pass: ClassifierPass,
): tf.Tensor4D {
  const vector = (part: string) => valueOf(weights, `${name}.${part}`) as tf.Tensor1D
  const [scale, shift] = [vector('scale'), vector('shift')]
  if (pass.kind === 'train') return batchNorm(x, scale, shift, activation, (seen) => pass.observe(name, seen))
  return normalise(x, scale, shift, { mean: vector('mean'), variance: vector('variance') }, activation)
}

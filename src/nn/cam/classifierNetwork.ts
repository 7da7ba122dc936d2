import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import { conv } from '../ops/conv'
import { upsample } from '../ops/upsample'
import { stackLayers, valueOf, type Layer } from '../students/layerStack'
import type { ParameterSpec, Pass, Weights } from '../students/student'
import { tf } from '../tf'

/** What one pass through the classifier gives. */
export interface ClassifierMaps {
  /** The joined levels before the last convolution, after ReLU: (N, h, w, C). An earlier layer for LayerCAM. */
  readonly joined: tf.Tensor4D
  /** The last feature map f, after ReLU: (N, h, w, C). */
  readonly features: tf.Tensor4D
  /** Class maps A_k = sum_d V[k, d] f[d]: (N, h, w, K). */
  readonly classes: tf.Tensor4D
}

/** A network without state, as students are. */
export interface ClassifierNetwork {
  readonly parameters: readonly ParameterSpec[]
  readonly statistics: readonly ParameterSpec[]
  /** Stride of the maps. */
  readonly stride: number
  forward(weights: Weights, levels: readonly tf.Tensor4D[], pass: Pass): ClassifierMaps
  /** From the joined levels on: what LayerCAM differentiates. Inference only. */
  afterJoined(weights: Weights, joined: tf.Tensor4D): Pick<ClassifierMaps, 'features' | 'classes'>
  /** Vectors (M, C) -> (M, 64) of length 1, for the contrastive loss. */
  project(weights: Weights, vectors: tf.Tensor2D): tf.Tensor2D
}

const PROJECTED = 64

/**
 * The Defect Focus Classifier's network on frozen features (methods/cam-pseudo-masks.md, A1; that there is such a
 * classifier is stated by the source, its layers are our reconstruction):
 *
 *   every level: Conv1x1 -> C, BatchNorm; coarser levels enlarged and added; ReLU
 *   Conv3x3 C -> C, BatchNorm, ReLU = f;  bias-free 1x1 convolution to K class maps
 *   projection of the contrastive module: Linear C -> C, ReLU, Linear C -> 64, length 1
 *
 * Instead of one Conv3x3 from all channels of one map (D -> 128), which costs thirty times as much on a pyramid and was
 * no better on the measuring data.
 */
export function buildClassifier(
  levels: readonly FeatureLevel[],
  classCount: number,
  channels: number,
): ClassifierNetwork {
  assert(levels.length > 0, 'a classifier needs features')
  const finest = levels[0]!.stride
  const laterals = levels.map(({ stride, channels: inputs }, i): Layer & { readonly factor: number } => ({
    name: `lateral${stride}_${i}`,
    kind: 'normed',
    k: 1,
    inputs,
    outputs: channels,
    factor: stride / finest,
  }))
  for (const { factor, name } of laterals)
    assert(Number.isInteger(factor), `${name}: strides are multiples of the finest`)
  const stack = stackLayers([
    ...laterals,
    { name: 'mix', kind: 'normed', k: 3, inputs: channels, outputs: channels },
  ])
  const uniform = { kind: 'uniform', fanIn: channels } as const
  const parameters: ParameterSpec[] = [
    ...stack.parameters,
    { name: 'classes.kernel', shape: [1, 1, channels, classCount], initial: uniform },
    { name: 'project1.kernel', shape: [channels, channels], initial: uniform },
    { name: 'project1.bias', shape: [channels], initial: uniform },
    { name: 'project2.kernel', shape: [channels, PROJECTED], initial: uniform },
    { name: 'project2.bias', shape: [PROJECTED], initial: uniform },
  ]
  const classMaps = (weights: Weights, features: tf.Tensor4D): tf.Tensor4D =>
    conv(features, valueOf(weights, 'classes.kernel') as tf.Tensor4D)

  return {
    parameters,
    statistics: stack.statistics,
    stride: finest,
    forward(weights, inputs, pass) {
      const run = stack.tensors(weights, pass)
      const parts = laterals.map(({ name, factor }, i) =>
        upsample(run(name, inputs[i]!, { activation: 'linear', isConstant: true }), factor),
      )
      const joined = tf.relu(parts.reduce((sum, part) => tf.add(sum, part)))
      const features = run('mix', joined)
      return { joined, features, classes: classMaps(weights, features) }
    },
    afterJoined(weights, joined) {
      const features = stack.tensors(weights, { kind: 'infer' })('mix', joined)
      return { features, classes: classMaps(weights, features) }
    },
    project(weights, vectors) {
      const linear = (x: tf.Tensor2D, name: string): tf.Tensor2D =>
        tf.add(
          tf.matMul(x, valueOf(weights, `${name}.kernel`) as tf.Tensor2D),
          valueOf(weights, `${name}.bias`),
        )
      const raw = linear(tf.relu(linear(vectors, 'project1')), 'project2')
      const length = tf.sqrt(tf.add(tf.sum(tf.square(raw), 1, true), 1e-12))
      return tf.div(raw, length)
    },
  }
}

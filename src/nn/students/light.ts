import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import type { LIGHT_PARAMS } from '../../ml/trainingParams'
import { BINARY_PLANES } from '../losses/studentLoss'
import type { GraphBuilder } from '../onnx/graphBuilder'
import { convNode, groupNormNode, standardisedConvNode, upsampleNode } from '../onnx/layers'
import { STUDENT_PIXELS, studentFeatureName } from '../onnx/studentTensors'
import { channelDropoutMask } from '../ops/channelDropout'
import { conv, convOfConstant } from '../ops/conv'
import { groupNorm } from '../ops/groupNorm'
import { upsample } from '../ops/upsample'
import { tf } from '../tf'
import {
  defineStudent,
  PIXEL_STANDARD,
  type ParameterSpec,
  type StudentNetwork,
  type Weights,
} from './student'

/** Channels that share a mean and a variance. */
const GROUP_SIZE = 8

/**
 * The default student: a top-down decoder on frozen features.
 *
 *   every level: Conv1x1 -> C, GroupNorm
 *   from the coarsest: enlarge by 2, add the finer level, ReLU; Conv3x3, GroupNorm, ReLU between the levels
 *   at the finest: the picture, 4x4 pixels folded into channels, Conv1x1 -> C, GroupNorm, is added before the ReLU
 *   dropout of channels; 2 x (Conv3x3, GroupNorm, ReLU); Conv1x1 -> binary head and class head
 *
 * Measured against the decoder of the pilot (two strided convolutions on the picture, concatenated): as good, and a
 * third less work (docs/decisions/0003-student-normalisation.md).
 */
export const light = defineStudent<typeof LIGHT_PARAMS>({
  id: 'light',
  version: 1,
  build({ classCount, levels }, { channels, dropout }) {
    return buildLight(levels, classCount, channels, dropout)
  },
})

function buildLight(
  levels: readonly FeatureLevel[],
  classCount: number,
  channels: number,
  dropout: number,
): StudentNetwork {
  assert(
    levels.length > 0 && channels % GROUP_SIZE === 0,
    `light needs levels and channels in groups of ${GROUP_SIZE}`,
  )
  levels.slice(1).forEach(({ stride }, i) => {
    assert(
      stride === 2 * levels[i]!.stride,
      `light needs strides that double, got ${levels.map((l) => l.stride).join()}`,
    )
  })
  const groups = channels / GROUP_SIZE
  const outputs = BINARY_PLANES + classCount + 1
  const finest = levels[0]!.stride
  const between = levels.slice(1, -1)

  const normalised = (name: string, k: number, inputs: number): ParameterSpec[] => [
    {
      name: `${name}.kernel`,
      shape: [k, k, inputs, channels],
      initial: { kind: 'uniform', fanIn: k * k * inputs },
    },
    { name: `${name}.scale`, shape: [channels], initial: 1 },
    { name: `${name}.shift`, shape: [channels], initial: 0 },
  ]
  const parameters: ParameterSpec[] = [
    ...levels.flatMap((level) => normalised(lateral(level), 1, level.channels)),
    ...between.flatMap((level) => normalised(smooth(level), 3, channels)),
    ...normalised('pixels', 1, 3 * finest * finest),
    ...MIXERS.flatMap((name) => normalised(name, 3, channels)),
    { name: 'head.kernel', shape: [1, 1, channels, outputs], initial: { kind: 'uniform', fanIn: channels } },
    { name: 'head.bias', shape: [outputs], initial: { kind: 'uniform', fanIn: channels } },
  ]

  return {
    parameters,
    pixelBlock: finest,
    forward(weights, { features, pixels }, random) {
      const norm = (name: string, x: tf.Tensor4D, activation: 'relu' | 'linear') =>
        groupNorm(
          x,
          weightOf<tf.Tensor1D>(weights, `${name}.scale`),
          weightOf<tf.Tensor1D>(weights, `${name}.shift`),
          {
            groups,
            activation,
          },
        )
      const frozen = (name: string, x: tf.Tensor4D) =>
        norm(name, convOfConstant(x, weightOf<tf.Tensor4D>(weights, `${name}.kernel`)), 'linear')
      const convNormRelu = (name: string, x: tf.Tensor4D) =>
        norm(name, conv(x, weightOf<tf.Tensor4D>(weights, `${name}.kernel`)), 'relu')

      let x = frozen(lateral(levels.at(-1)!), features.at(-1)!)
      for (let i = levels.length - 2; i >= 0; i--) {
        const merged = tf.add(upsample(x, 2), frozen(lateral(levels[i]!), features[i]!)) as tf.Tensor4D
        x = i > 0 ? convNormRelu(smooth(levels[i]!), tf.relu(merged)) : merged
      }
      x = tf.relu(tf.add(x, frozen('pixels', pixels))) // (N, H / finest, W / finest, C)
      if (random !== null && dropout > 0) {
        x = tf.mul(x, channelDropoutMask(x.shape[0], channels, dropout, random))
      }
      for (const name of MIXERS) x = convNormRelu(name, x)
      const logits = conv(x, weightOf<tf.Tensor4D>(weights, 'head.kernel'))
      return tf.add(logits, weightOf<tf.Tensor1D>(weights, 'head.bias'))
    },
    writeOnnx(graph: GraphBuilder, values, standards) {
      const norm = (name: string, x: string, activation: 'relu' | 'linear') =>
        groupNormNode(graph, x, valueOf(values, `${name}.scale`), valueOf(values, `${name}.shift`), {
          groups,
          activation,
        })
      const frozen = (index: number): string => {
        const name = lateral(levels[index]!)
        const kernel = valueOf(values, `${name}.kernel`)
        const input = studentFeatureName(levels[index]!.stride)
        return norm(name, standardisedConvNode(graph, input, kernel, channels, standards[index]!), 'linear')
      }
      const convNormRelu = (name: string, x: string): string =>
        norm(
          name,
          convNode(graph, x, valueOf(values, `${name}.kernel`), [3, 3, channels, channels], null),
          'relu',
        )

      let x = frozen(levels.length - 1)
      for (let i = levels.length - 2; i >= 0; i--) {
        const merged = graph.node('Add', [upsampleNode(graph, x, 2), frozen(i)])
        x = i > 0 ? convNormRelu(smooth(levels[i]!), graph.node('Relu', [merged])) : merged
      }
      const blocks = graph.node('SpaceToDepth', [STUDENT_PIXELS], { blocksize: finest })
      const block = 3 * finest * finest
      const pixels = standardisedConvNode(graph, blocks, valueOf(values, 'pixels.kernel'), channels, {
        mean: new Float32Array(block).fill(PIXEL_STANDARD.mean),
        std: new Float32Array(block).fill(PIXEL_STANDARD.std),
      })
      x = graph.node('Relu', [graph.node('Add', [x, norm('pixels', pixels, 'linear')])])
      for (const name of MIXERS) x = convNormRelu(name, x)
      const kernel = valueOf(values, 'head.kernel')
      const logits = convNode(graph, x, kernel, [1, 1, channels, outputs], valueOf(values, 'head.bias'))
      return { logits, stride: finest }
    },
  }
}

const MIXERS = ['mix1', 'mix2'] as const
const lateral = ({ stride }: FeatureLevel): string => `lateral${stride}`
const smooth = ({ stride }: FeatureLevel): string => `smooth${stride}`

function weightOf<T extends tf.Tensor>(weights: Weights, name: string): T {
  const weight = weights.get(name)
  assert(weight !== undefined, `no weight ${name}`)
  return weight as T // shapes are those of the parameter list
}

function valueOf(values: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const value = values.get(name)
  assert(value !== undefined, `no value ${name}`)
  return value
}

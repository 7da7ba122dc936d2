import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import type { LIGHT_PARAMS } from '../../ml/trainingParams'
import { BINARY_PLANES } from '../losses/studentLoss'
import { convNode, foldNorm, foldStandard, upsampleNode } from '../onnx/layers'
import { STUDENT_PIXELS, studentFeatureNames } from '../onnx/studentTensors'
import { batchNorm, normalise, type Activation } from '../ops/batchNorm'
import { channelDropoutMask } from '../ops/channelDropout'
import { conv, convOfConstant } from '../ops/conv'
import { upsample } from '../ops/upsample'
import { tf } from '../tf'
import { valueOf } from './layerStack'
import { defineStudent, PIXEL_STANDARD, type ParameterSpec, type StudentNetwork } from './student'

/**
 * The default student: a top-down decoder on frozen features of any backbone.
 *
 *   every level: Conv1x1 -> C, BatchNorm
 *   from the coarsest: enlarge by 2, add the finer level, ReLU; Conv3x3, BatchNorm, ReLU between the levels
 *   at the finest: the picture, its 4x4 blocks as channels, Conv1x1 -> C, BatchNorm, is added before the ReLU
 *   tokens have one stride: from the latest block, nothing is enlarged between the levels, but the last sum is, by 2,
 *   and meets the picture in blocks of half a token's side
 *   dropout of channels; 2 x (Conv3x3, BatchNorm, ReLU); Conv1x1 -> binary head and class head
 *
 * Measured against the decoder of the pilot (two strided convolutions on the picture, concatenated): as good, and a
 * third less work. Why BatchNorm: docs/decisions/0003-student-normalisation.md.
 */
export const light = defineStudent<typeof LIGHT_PARAMS>({
  id: 'light',
  version: 1,
  build({ classCount, levels }, { channels, dropout }) {
    return buildLight(levels, classCount, channels, dropout)
  },
})

/** Eight pictures of 512 x 512. */
const MAX_BATCH_PIXELS = 8 * 512 * 512

const MIXERS = ['mix1', 'mix2'] as const

function buildLight(
  levels: readonly FeatureLevel[],
  classCount: number,
  channels: number,
  dropout: number,
): StudentNetwork {
  assert(levels.length > 0, 'light needs features')
  const strides = levels.map(({ stride }) => stride)
  const areTokens = levels.length > 1 && strides.every((stride) => stride === strides[0])
  assert(
    areTokens || strides.slice(1).every((stride, i) => stride === 2 * strides[i]!),
    `light needs strides that double, or one for all, got ${strides.join()}`,
  )
  const outputs = BINARY_PLANES + classCount + 1
  const [betweenLevels, atTheEnd] = areTokens ? [1, 2] : [2, 1]
  const pixelBlock = strides[0]! / atTheEnd
  assert(Number.isInteger(pixelBlock), `tokens of an even stride, got ${strides[0]}`)
  const names = levels.map(({ stride }, i) => (areTokens ? `${stride}_${i}` : `${stride}`))
  const blocks: readonly { readonly name: string; readonly k: number; readonly inputs: number }[] = [
    ...levels.map((level, i) => ({ name: `lateral${names[i]}`, k: 1, inputs: level.channels })),
    ...names.slice(1, -1).map((name) => ({ name: `smooth${name}`, k: 3, inputs: channels })),
    { name: 'pixels', k: 1, inputs: 3 * pixelBlock * pixelBlock },
    ...MIXERS.map((name) => ({ name, k: 3, inputs: channels })),
  ]
  const parameters: ParameterSpec[] = [
    ...blocks.flatMap(({ name, k, inputs }): ParameterSpec[] => [
      {
        name: `${name}.kernel`,
        shape: [k, k, inputs, channels],
        initial: { kind: 'uniform', fanIn: k * k * inputs },
      },
      { name: `${name}.scale`, shape: [channels], initial: 1 },
      { name: `${name}.shift`, shape: [channels], initial: 0 },
    ]),
    { name: 'head.kernel', shape: [1, 1, channels, outputs], initial: { kind: 'uniform', fanIn: channels } },
    { name: 'head.bias', shape: [outputs], initial: { kind: 'uniform', fanIn: channels } },
  ]
  const statistics = blocks.flatMap(({ name }): ParameterSpec[] => [
    { name: `${name}.mean`, shape: [channels], initial: 0 },
    { name: `${name}.variance`, shape: [channels], initial: 1 },
  ])

  return {
    parameters,
    statistics,
    constants: [],
    hasBinaryHead: true,
    pixelBlock,
    standardisesFeatures: true,
    fixedInput: null,
    maxBatchPixels: MAX_BATCH_PIXELS,
    forward(weights, { features, pixels }, pass) {
      const vector = (name: string) => valueOf(weights, name) as tf.Tensor1D
      const kernel = (name: string) => valueOf(weights, `${name}.kernel`) as tf.Tensor4D
      const norm = (name: string, x: tf.Tensor4D, activation: Activation): tf.Tensor4D => {
        const [scale, shift] = [vector(`${name}.scale`), vector(`${name}.shift`)]
        if (pass.kind === 'train') {
          return batchNorm(x, scale, shift, activation, (observed) => pass.observe(name, observed))
        }
        const running = { mean: vector(`${name}.mean`), variance: vector(`${name}.variance`) }
        return normalise(x, scale, shift, running, activation)
      }
      const frozen = (name: string, x: tf.Tensor4D) => norm(name, convOfConstant(x, kernel(name)), 'linear')
      const convNormRelu = (name: string, x: tf.Tensor4D) => norm(name, conv(x, kernel(name)), 'relu')

      let x = frozen(`lateral${names.at(-1)}`, features.at(-1)!)
      for (let i = levels.length - 2; i >= 0; i--) {
        const level = frozen(`lateral${names[i]}`, features[i]!)
        const merged = tf.add(upsample(x, betweenLevels), level) as tf.Tensor4D
        x = i > 0 ? convNormRelu(`smooth${names[i]}`, tf.relu(merged)) : merged
      }
      x = tf.relu(tf.add(upsample(x, atTheEnd), frozen('pixels', pixels))) // (N, H / b, W / b, C)
      if (pass.kind === 'train' && dropout > 0) {
        x = tf.mul(x, channelDropoutMask(x.shape[0], channels, dropout, pass.random))
      }
      for (const name of MIXERS) x = convNormRelu(name, x)
      return tf.add(conv(x, kernel('head')), vector('head.bias'))
    },
    writeOnnx(graph, values, standards) {
      const folded = (name: string) =>
        foldNorm(valueOf(values, `${name}.kernel`), {
          scale: valueOf(values, `${name}.scale`),
          shift: valueOf(values, `${name}.shift`),
          mean: valueOf(values, `${name}.mean`),
          variance: valueOf(values, `${name}.variance`),
        })
      const inputs = studentFeatureNames(levels)
      const frozen = (index: number): string => {
        const weights = foldStandard(folded(`lateral${names[index]}`), standards[index]!)
        return convNode(graph, inputs[index]!, weights, 1)
      }
      const convNormRelu = (name: string, x: string): string =>
        graph.node('Relu', [convNode(graph, x, folded(name), 3)])

      let x = frozen(levels.length - 1)
      for (let i = levels.length - 2; i >= 0; i--) {
        const merged = graph.node('Add', [upsampleNode(graph, x, betweenLevels), frozen(i)])
        x = i > 0 ? convNormRelu(`smooth${names[i]}`, graph.node('Relu', [merged])) : merged
      }
      x = upsampleNode(graph, x, atTheEnd)
      const pixelBlocks = graph.node('SpaceToDepth', [STUDENT_PIXELS], { blocksize: pixelBlock })
      const blockSize = 3 * pixelBlock * pixelBlock
      const pixelWeights = foldStandard(folded('pixels'), {
        mean: new Float32Array(blockSize).fill(PIXEL_STANDARD.mean),
        std: new Float32Array(blockSize).fill(PIXEL_STANDARD.std),
      })
      x = graph.node('Relu', [graph.node('Add', [x, convNode(graph, pixelBlocks, pixelWeights, 1)])])
      for (const name of MIXERS) x = convNormRelu(name, x)
      const head = { kernel: valueOf(values, 'head.kernel'), bias: valueOf(values, 'head.bias') }
      return convNode(graph, x, head, 1)
    },
  }
}

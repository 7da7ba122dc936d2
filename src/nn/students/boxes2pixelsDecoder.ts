import { assert } from '../../core/assert'
import type { FeatureLevel } from '../../ml/training'
import { resizeNode, upsampleNode } from '../onnx/layers'
import { STUDENT_PIXELS, studentFeatureNames } from '../onnx/studentTensors'
import { concatChannels } from '../ops/concatChannels'
import { resize } from '../ops/resize'
import { upsample } from '../ops/upsample'
import { tf } from '../tf'
import { stackLayers, type Layer } from './layerStack'
import { PIXEL_STANDARD, type StudentNetwork } from './student'

/** Channels of the decoder's parts. */
export interface DecoderWidths {
  readonly fusion: number
  readonly up: readonly [number, number, number]
  readonly detail: readonly [number, number]
  readonly mixer: number
  readonly head: number
}

/** As published (boxes2pixels.md §4): 5,571,477 parameters on four levels of 384 channels with three classes. */
export const PUBLISHED_WIDTHS: DecoderWidths = {
  fusion: 256,
  up: [128, 64, 32],
  detail: [24, 32],
  mixer: 64,
  head: 32,
}

export interface DecoderParts {
  /** The picture at a quarter of its size beside the features. Without it the maps stay at 8 times the tokens' size. */
  readonly hasDetail: boolean
  readonly hasBinaryHead: boolean
  /** No gradient goes to the features. */
  readonly hasFrozenFeatures: boolean
}

/** How the published network standardises colours in 0..1 (of ImageNet). */
const IMAGE_MEAN = [0.485, 0.456, 0.406]
const IMAGE_STD = [0.229, 0.224, 0.225]

/** On wasm one picture of 518 x 518 takes a heap of 0.75 GB, weights and optimiser included, and two take 1.33 GB. */
const MAX_BATCH_PIXELS = 2 * 518 * 518

/**
 * The decoder of Boxes2Pixels on tokens of one stride, earliest block first (boxes2pixels.md §4, steps 2 to 8):
 *
 *   each level: Conv1x1, BatchNorm, ReLU
 *   from the last: S = X + level, X = ReLU(S + g(S)), g = Conv3x3, BatchNorm, ReLU, Conv3x3, BatchNorm
 *   3 x (Conv3x3, PixelShuffle(2), BatchNorm, ReLU)
 *   the picture: 2 x (Conv3x3 with stride 2, BatchNorm, ReLU); the features are resized to it and both are joined
 *   Conv3x3, BatchNorm, ReLU
 *   each head: enlarge by 2, Conv3x3, BatchNorm, ReLU, enlarge by 2, Conv1x1
 *
 * At 518 the sides are 37, 74, 148, 296; 259, 130; 260, 520. A 1x1 convolution and a bilinear enlargement can change
 * places, because the weights of each output sum to 1; the heads' last two do, at a quarter of the work.
 */
export function boxes2pixelsDecoder(
  levels: readonly FeatureLevel[],
  classCount: number,
  { hasDetail, hasBinaryHead, hasFrozenFeatures }: DecoderParts,
  widths: DecoderWidths,
): StudentNetwork {
  assert(levels.length >= 2, 'the decoder fuses at least two levels')
  const [{ stride }] = levels as readonly [FeatureLevel]
  assert(
    levels.every((level) => level.stride === stride),
    `the decoder takes tokens of one stride, got ${levels.map((level) => level.stride).join()}`,
  )
  const heads = hasBinaryHead ? (['binary', 'fine'] as const) : (['fine'] as const)
  const stack = stackLayers(decoderLayers(levels, classCount, { hasDetail, hasBinaryHead }, widths))
  const fused = levels.map((_, i) => i).slice(0, -1)

  return {
    parameters: stack.parameters,
    statistics: stack.statistics,
    constants: [],
    hasBinaryHead,
    pixelBlock: 1,
    standardisesFeatures: false,
    fixedInput: null,
    maxBatchPixels: MAX_BATCH_PIXELS,
    forward(weights, { features, pixels }, pass) {
      const layer = stack.tensors(weights, pass)
      const projected = features.map((level, i) =>
        layer(`project${i}`, level, { isConstant: hasFrozenFeatures }),
      )
      let x = projected.at(-1)!
      for (const i of fused.toReversed()) {
        const sum = tf.add(x, projected[i]!) as tf.Tensor4D
        const g = layer(`fuse${i}.2`, layer(`fuse${i}.1`, sum), { activation: 'linear' })
        x = tf.relu(tf.add(sum, g))
      }
      for (const i of [1, 2, 3]) x = layer(`up${i}`, x)
      if (hasDetail) {
        const detail = layer('detail2', layer('detail1', asPublished(pixels), { isConstant: true }))
        const [, height, width] = detail.shape
        x = concatChannels(resize(x, { height, width }), detail)
      }
      const mixed = upsample(layer('mixer', x), 2)
      const logits = heads.map((head) => layer(`${head}.2`, layer(`${head}.1`, mixed)))
      return upsample(
        logits.reduce((first, second) => concatChannels(first, second)),
        2,
      )
    },
    writeOnnx(graph, values) {
      const layer = stack.nodes(graph, values)
      const projected = studentFeatureNames(levels).map((name, i) => layer(`project${i}`, name))
      let x = projected.at(-1)!
      for (const i of fused.toReversed()) {
        const sum = graph.node('Add', [x, projected[i]!])
        const g = layer(`fuse${i}.2`, layer(`fuse${i}.1`, sum), { activation: 'linear' })
        x = graph.node('Relu', [graph.node('Add', [sum, g])])
      }
      for (const i of [1, 2, 3]) x = layer(`up${i}`, x)
      if (hasDetail) {
        const byColour = (of: readonly number[]) => graph.constant(Float32Array.from(of), [1, 3, 1, 1])
        const centred = graph.node('Sub', [STUDENT_PIXELS, byColour(IMAGE_MEAN)])
        const detail = layer('detail2', layer('detail1', graph.node('Div', [centred, byColour(IMAGE_STD)])))
        x = graph.node('Concat', [resizeNode(graph, x, detail), detail], { axis: 1 })
      }
      const mixed = upsampleNode(graph, layer('mixer', x), 2)
      const logits = heads.map((head) => layer(`${head}.2`, layer(`${head}.1`, mixed)))
      return upsampleNode(graph, graph.node('Concat', logits, { axis: 1 }), 2)
    },
  }
}

function decoderLayers(
  levels: readonly FeatureLevel[],
  classCount: number,
  { hasDetail, hasBinaryHead }: Omit<DecoderParts, 'hasFrozenFeatures'>,
  { fusion, up, detail, mixer, head }: DecoderWidths,
): Layer[] {
  const conv3 = (name: string, kind: Layer['kind'], inputs: number, outputs: number): Layer => ({
    name,
    kind,
    k: 3,
    inputs,
    outputs,
  })
  const headLayers = (name: string, outputs: number): Layer[] => [
    conv3(`${name}.1`, 'normed', mixer, head),
    { name: `${name}.2`, kind: 'plain', k: 1, inputs: head, outputs },
  ]
  return [
    ...levels.map(
      ({ channels }, i): Layer => ({
        name: `project${i}`,
        kind: 'normed',
        k: 1,
        inputs: channels,
        outputs: fusion,
      }),
    ),
    ...levels
      .slice(1)
      .flatMap((_, i) => [1, 2].map((part) => conv3(`fuse${i}.${part}`, 'normed', fusion, fusion))),
    ...up.map((outputs, i) => conv3(`up${i + 1}`, 'shuffled', i === 0 ? fusion : up[i - 1]!, outputs)),
    ...(hasDetail
      ? [conv3('detail1', 'halving', 3, detail[0]), conv3('detail2', 'halving', detail[0], detail[1])]
      : []),
    conv3('mixer', 'normed', up[2] + (hasDetail ? detail[1] : 0), mixer),
    ...(hasBinaryHead ? headLayers('binary', 2) : []),
    ...headLayers('fine', classCount + 1),
  ]
}

/** From `PIXEL_STANDARD` to the standardisation of the published network. (N, H, W, 3). */
function asPublished(pixels: tf.Tensor4D): tf.Tensor4D {
  const gain = IMAGE_STD.map((std) => PIXEL_STANDARD.std / std)
  const offset = IMAGE_MEAN.map((mean, c) => (PIXEL_STANDARD.mean - mean) / IMAGE_STD[c]!)
  return tf.add(tf.mul(pixels, tf.tensor1d(gain)), tf.tensor1d(offset))
}

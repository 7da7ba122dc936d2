import { assert } from '../../../core/assert'
import { rgbPlanes } from '../../../ml/imaging/planes'
import { IMAGENET_STANDARD } from '../../vit/imagenetStandard'
import { layerNormsOf, normaliseRows, type LayerNorm } from '../layerNorms'
import { sourceOf, type OnnxGraph } from '../readGraph'
import { tensorOf } from '../session'
import { withOutputs } from '../withOutputs'
import {
  BACKBONE_INPUT,
  checkBackboneGraph,
  incompatibleBackbone,
  levelOf,
  unexpectedShape,
  type BackboneInterface,
} from './backbone'
import { residualStream } from './residualStream'

const OUTPUT = 'last_hidden_state'

/** Blocks whose tokens the student sees, counted from 0 (boxes2pixels.md §4). Later blocks are not computed. */
const TAPPED_BLOCKS = [1, 2, 4, 7]

const { mean: MEAN, std: STD } = IMAGENET_STANDARD

/**
 * A DINOv2 vision transformer as Transformers exports it: `pixel_values` -> `last_hidden_state` (1, 1 + registers + N,
 * channels). Only the last block's tokens are published as an output; the graph is changed to give those of the tapped
 * blocks, before any norm, and the final norm is applied to each here, as the paper does. The class token and the
 * registers, which come first, are dropped.
 */
export const visionTransformer: BackboneInterface = {
  title: 'DINOv2 vision transformer',
  kind: 'tokens',
  claims: ({ inputs, outputs }) => inputs.includes(BACKBONE_INPUT) && outputs.includes(OUTPUT),
  prepare: (file, graph) => {
    checkBackboneGraph(file, graph)
    const patch = patchSide(file, graph)
    const { finalNorm, taps } = tappedBlocks(file, graph)
    return {
      onnx: withOutputs(graph, taps),
      multipleOf: patch,
      preprocessing: preprocessingOf(patch, finalNorm.epsilon),
      extract: async (session, image) => {
        const { width, height } = image
        assert(width % patch === 0 && height % patch === 0, `sides are multiples of ${patch}`)
        const data = rgbPlanes(image)
        const plane = width * height
        for (let i = 0; i < data.length; i++) {
          const channel = Math.floor(i / plane)
          data[i] = (data[i]! - MEAN[channel]!) / STD[channel]!
        }
        const found = await session.run({ [BACKBONE_INPUT]: { data, dims: [1, 3, height, width] } })
        const patches = plane / patch ** 2
        const levels = taps.map((name, i) => {
          const tokens = tensorOf(found, name)
          const channels = finalNorm.scale.length
          const extra = (tokens.dims[1] ?? 0) - patches
          const tapName = `block ${TAPPED_BLOCKS[i]}`
          if (tokens.dims.length !== 3 || tokens.dims[2] !== channels || extra < 1)
            throw unexpectedShape(
              tapName,
              tokens.dims,
              `1 x (1 class token, registers, ${patches} patches) x ${channels}`,
            )
          const values = tokens.data.slice(extra * channels)
          normaliseRows(values, finalNorm)
          return levelOf(patch, channels, values, tapName)
        })
        return { width, height, levels }
      },
    }
  },
}

/** The side of the patches that the first convolution cuts the picture into. */
function patchSide(file: string, graph: OnnxGraph): number {
  const conv = graph.nodes.find(
    ({ operator, inputs }) =>
      operator === 'Conv' && sourceOf(graph, inputs[0] ?? '', ['Identity', 'Cast']) === BACKBONE_INPUT,
  )
  const strides = conv?.attributes.get('strides')?.integers ?? []
  const kernel = conv?.attributes.get('kernel_shape')?.integers ?? strides
  const side = strides[0] ?? 0
  if (side > 1 && [...strides, ...kernel].every((one) => one === side)) return side
  throw incompatibleBackbone(
    file,
    `no convolution cuts "${BACKBONE_INPUT}" into square patches: it is no vision transformer that this version knows. Take onnx/model.onnx of a DINOv2 export`,
  )
}

/** The values behind the tapped blocks, and the norm that the paper applies to each. */
function tappedBlocks(
  file: string,
  graph: OnnxGraph,
): { readonly finalNorm: LayerNorm; readonly taps: readonly string[] } {
  const norms = layerNormsOf(graph)
  const last = sourceOf(graph, OUTPUT)
  const finalNorm = norms.find(({ output }) => output === last)
  if (finalNorm === undefined) {
    throw incompatibleBackbone(
      file,
      `"${OUTPUT}" does not come from a layer norm with weights in this file: take onnx/model.onnx of a DINOv2 export, not optimised and not split into several files`,
    )
  }
  const stream = residualStream(graph, norms, finalNorm)
  const blocks = (stream.length - 1) / 2
  const wanted = TAPPED_BLOCKS.at(-1)! + 1
  if (!Number.isInteger(blocks) || blocks < wanted) {
    throw incompatibleBackbone(
      file,
      `${Math.floor(blocks)} transformer blocks were found before "${OUTPUT}", at least ${wanted} are needed: take onnx/model.onnx of a DINOv2 export, not optimised`,
    )
  }
  return { finalNorm, taps: TAPPED_BLOCKS.map((block) => stream[2 * (block + 1)]!) }
}

function preprocessingOf(patch: number, epsilon: number): string {
  return `one float32 map (1, channels, height / ${patch}, width / ${patch}) per level, level i (from 0) as tensor "feat${patch}_<i>": tokens after blocks ${TAPPED_BLOCKS.join(', ')} (counted from 0) of the backbone run on the same placed image, "pixel_values" float32 (1, 3, height, width) = (RGB / 255 - (${MEAN.join(', ')})) / (${STD.join(', ')}); each through the backbone's final layer norm (epsilon ${epsilon.toExponential(0)}), class token and registers dropped, the others row by row`
}

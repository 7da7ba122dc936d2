import { tensorOf } from '../session'
import { canvasInput, IMAGENET } from './canvasInput'
import { SAM_CALIBRATION, type Family } from './family'
import { feedbackFeeds, lowResolutionLogits } from './feedback'
import {
  checkEncoder,
  checkGraph,
  checkHandedOver,
  findTensor,
  fixedSize,
  hasInput,
  incompatible,
  type GraphFacts,
} from './graphFacts'
import { maskTokens } from './maskTokens'
import { pickFloats } from './pickFloats'
import { stretch } from './placement'
import type { PromptableModel } from './promptableModel'
import { clickPoints, cornerPoints, pointValues, promptableBox } from './promptPoints'
import { stretchedAnswer } from './regionAnswer'

const MAPS = ['image_features_0', 'image_features_1', 'image_embeddings'] as const
const USUAL_SIDE = 1024
/** The masks have a quarter of the canvas's side. */
const CELL_PX = 4

/**
 * SAM 2 as ONNX Runtime's tools write it (microsoft/onnxruntime, tools/transformers/models/sam2). SAM notes, §7.6.
 * Its enlarged masks are truth values, cut at 0 inside the graph; the low-resolution ones beside them are logits, and
 * those are used.
 */
export const sam2OnnxRuntime: Family = {
  kind: 'split',
  id: 'sam2-onnxruntime',
  title: 'SAM 2 (ONNX Runtime tools)',
  claims: (graph) => hasInput(graph, 'image_features_0') && hasInput(graph, 'point_coords'),
  bind: (encoder, decoder) => {
    refuseWithoutLogits(decoder)
    checkGraph(decoder, "a decoder of SAM 2 by ONNX Runtime's tools", {
      inputs: {
        image_features_0: 'float',
        image_features_1: 'float',
        image_embeddings: 'float',
        point_coords: 'float',
        point_labels: 'int32',
        input_masks: 'float',
        has_input_masks: 'float',
        original_image_size: 'int32',
      },
      outputs: { iou_predictions: 'float', low_res_masks: 'float' },
    })
    checkEncoder(encoder, decoder, "an encoder of SAM 2 by ONNX Runtime's tools", {
      inputs: { image: 'float' },
      outputs: { image_features_0: 'float', image_features_1: 'float', image_embeddings: 'float' },
    })
    for (const map of MAPS) {
      checkHandedOver(encoder, findTensor(encoder.outputs, map)!, decoder, findTensor(decoder.inputs, map)!)
    }
    return bindSam2(fixedSize(findTensor(encoder.inputs, 'image'), -1) ?? USUAL_SIDE)
  },
}

function refuseWithoutLogits(decoder: GraphFacts): void {
  if (findTensor(decoder.outputs, 'low_res_masks') !== undefined) return
  throw incompatible(
    decoder.file,
    'it gives no "low_res_masks", and its "masks" are cut inside the graph: nothing is left to fit to a box. Export it again with low_res_masks among its outputs.',
  )
}

function bindSam2(side: number): PromptableModel {
  const placement = stretch(side)
  const cells = side / CELL_PX
  return {
    family: sam2OnnxRuntime.id,
    canvasSide: side,
    accepts: { positiveClicks: true, negativeClicks: true, feedback: true },
    calibration: SAM_CALIBRATION,
    encode: async (session, region) =>
      pickFloats(await session.run({ image: canvasInput(region, placement, IMAGENET) }), MAPS),
    decode: async (session, embedding, region, prompt) => {
      const boxPx = promptableBox(prompt.boxPx, region)
      const { coordinates, labels } = pointValues([
        ...cornerPoints(boxPx, region, placement),
        ...clickPoints(prompt.clicks, region, placement),
      ])
      const { mask, hasMask } = feedbackFeeds(prompt.former, cells)
      const outputs = await session.run({
        ...pickFloats(embedding, MAPS),
        point_coords: { data: coordinates, dims: [1, labels.length, 2] },
        point_labels: { type: 'int32', data: Int32Array.from(labels), dims: [1, labels.length] },
        input_masks: mask,
        has_input_masks: hasMask,
        // The size of the masks that are not used: the smallest that costs no interpolation.
        original_image_size: { type: 'int32', data: Int32Array.of(cells, cells), dims: [2] },
      })
      const tokens = maskTokens(tensorOf(outputs, 'low_res_masks'), tensorOf(outputs, 'iou_predictions'))
      return stretchedAnswer(tokens, region, lowResolutionLogits)
    },
  }
}

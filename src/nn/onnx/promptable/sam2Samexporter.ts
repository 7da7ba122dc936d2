import { tensorOf } from '../session'
import { canvasInput, IMAGENET } from './canvasInput'
import { SAM_CALIBRATION, type Family } from './family'
import { feedbackFeeds, lowResolutionLogits } from './feedback'
import { checkEncoder, checkGraph, checkHandedOver, findTensor, fixedSize, hasInput } from './graphFacts'
import { maskTokens } from './maskTokens'
import { pickFloats } from './pickFloats'
import { stretch } from './placement'
import type { PromptableModel } from './promptableModel'
import { clickPoints, cornerPoints, pointValues, promptableBox } from './promptPoints'
import { stretchedAnswer } from './regionAnswer'

const MAPS = ['image_embed', 'high_res_feats_0', 'high_res_feats_1'] as const
const USUAL_SIDE = 1024
/** The masks have a quarter of the canvas's side. */
const CELL_PX = 4

/** SAM 2 and 2.1 as samexporter writes them (vietanhdev/samexporter, export_sam2.py). SAM notes, §7.5. */
export const sam2Samexporter: Family = {
  kind: 'split',
  id: 'sam2-samexporter',
  title: 'SAM 2 (samexporter)',
  claims: (graph) => hasInput(graph, 'high_res_feats_0') && hasInput(graph, 'point_coords'),
  bind: (encoder, decoder) => {
    checkGraph(decoder, 'a decoder of SAM 2 by samexporter', {
      inputs: {
        image_embed: 'float',
        high_res_feats_0: 'float',
        high_res_feats_1: 'float',
        point_coords: 'float',
        point_labels: 'float',
        mask_input: 'float',
        has_mask_input: 'float',
      },
      outputs: { masks: 'float', iou_predictions: 'float' },
    })
    checkEncoder(encoder, decoder, 'an encoder of SAM 2 by samexporter', {
      inputs: { image: 'float' },
      outputs: { image_embed: 'float', high_res_feats_0: 'float', high_res_feats_1: 'float' },
    })
    for (const map of MAPS) {
      checkHandedOver(encoder, findTensor(encoder.outputs, map)!, decoder, findTensor(decoder.inputs, map)!)
    }
    return bindSam2(fixedSize(findTensor(encoder.inputs, 'image'), -1) ?? USUAL_SIDE)
  },
}

function bindSam2(side: number): PromptableModel {
  const placement = stretch(side)
  return {
    family: sam2Samexporter.id,
    canvasSide: side,
    accepts: { positiveClicks: true, negativeClicks: true, feedback: true },
    calibration: SAM_CALIBRATION,
    encode: async (session, region) =>
      pickFloats(await session.run({ image: canvasInput(region, placement, IMAGENET) }), MAPS),
    decode: async (session, embedding, region, prompt) => {
      const boxPx = promptableBox(prompt.boxPx, region)
      // The graph appends the padding point by itself.
      const { coordinates, labels } = pointValues([
        ...cornerPoints(boxPx, region, placement),
        ...clickPoints(prompt.clicks, region, placement),
      ])
      const { mask, hasMask } = feedbackFeeds(prompt.former, side / CELL_PX)
      const outputs = await session.run({
        ...pickFloats(embedding, MAPS),
        point_coords: { data: coordinates, dims: [1, labels.length, 2] },
        point_labels: { data: Float32Array.from(labels), dims: [1, labels.length] },
        mask_input: mask,
        has_mask_input: hasMask,
      })
      const tokens = maskTokens(tensorOf(outputs, 'masks'), tensorOf(outputs, 'iou_predictions'))
      return stretchedAnswer(tokens, region, lowResolutionLogits)
    },
  }
}

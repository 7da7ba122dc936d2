import { tensorOf } from '../session'
import { checkClicks } from './acceptedClicks'
import { canvasInput, IMAGENET } from './canvasInput'
import { SAM_CALIBRATION, type Family } from './family'
import { noFeedback } from './feedback'
import { checkEncoder, checkGraph, checkHandedOver, findTensor, fixedSize, hasInput } from './graphFacts'
import { maskTokens } from './maskTokens'
import { pickFloats } from './pickFloats'
import { letterbox } from './placement'
import type { PromptableModel } from './promptableModel'
import { promptableBox } from './promptPoints'
import { letterboxedAnswer } from './regionAnswer'
import { transformersPrompt } from './transformersPrompt'

const TENSORS = ['image_embeddings', 'image_positional_embeddings'] as const
const USUAL_SIDE = 1024

/**
 * SAM 1 and SlimSAM as transformers.js takes them, in the rare revision whose decoder really has `input_boxes`
 * (transformers.js, pull request 563). SAM notes, §7.3.
 */
export const samTransformers: Family = {
  kind: 'split',
  id: 'sam1-transformers',
  title: 'SAM 1 with boxes (transformers.js)',
  claims: (graph) => hasInput(graph, TENSORS[1]) && hasInput(graph, 'input_boxes'),
  bind: (encoder, decoder) => {
    checkGraph(decoder, 'a decoder of SAM 1 for transformers.js', {
      inputs: { [TENSORS[0]]: 'float', [TENSORS[1]]: 'float', input_boxes: 'float' },
      optionalInputs: { input_points: 'float', input_labels: 'int64' },
      outputs: { iou_scores: 'float', pred_masks: 'float' },
    })
    checkEncoder(encoder, decoder, 'an encoder of SAM 1 for transformers.js', {
      inputs: { pixel_values: 'float' },
      outputs: { [TENSORS[0]]: 'float', [TENSORS[1]]: 'float' },
    })
    for (const name of TENSORS) {
      checkHandedOver(encoder, findTensor(encoder.outputs, name)!, decoder, findTensor(decoder.inputs, name)!)
    }
    const side = fixedSize(findTensor(encoder.inputs, 'pixel_values'), -1) ?? USUAL_SIDE
    return bindWithBoxes(side, hasInput(decoder, 'input_points') && hasInput(decoder, 'input_labels'))
  },
}

/** The usual export: it cannot be asked what this program asks. */
export const samTransformersPoints: Family = {
  kind: 'refused',
  id: 'sam1-transformers-points',
  title: 'a decoder of SAM 1 or SlimSAM for transformers.js without an input "input_boxes"',
  claims: (graph) => hasInput(graph, TENSORS[1]) && !hasInput(graph, 'input_boxes'),
  reason:
    'it takes points only (labels 2 and 3, the corners of a box, mean nothing to it), so it cannot answer to a box. ' +
    'Choose EdgeTAM or SAM 2 for transformers.js, or MobileSAM or SAM 1 as samexporter writes it.',
}

function bindWithBoxes(side: number, takesClicks: boolean): PromptableModel {
  const accepts = { positiveClicks: takesClicks, negativeClicks: takesClicks, feedback: false }
  return {
    family: samTransformers.id,
    canvasSide: side,
    accepts,
    calibration: SAM_CALIBRATION,
    encode: async (session, region) => {
      const outputs = await session.run({
        pixel_values: canvasInput(region, letterbox(region, side), IMAGENET),
      })
      return pickFloats(outputs, TENSORS)
    },
    decode: async (session, embedding, region, prompt) => {
      checkClicks(prompt.clicks, accepts)
      const placement = letterbox(region, side)
      const boxPx = promptableBox(prompt.boxPx, region)
      const { input_boxes, ...points } = transformersPrompt(prompt, boxPx, region, placement)
      const outputs = await session.run({
        ...pickFloats(embedding, TENSORS),
        input_boxes: input_boxes!,
        ...(takesClicks ? points : {}),
      })
      const tokens = maskTokens(tensorOf(outputs, 'pred_masks'), tensorOf(outputs, 'iou_scores'))
      return letterboxedAnswer(tokens, region, placement, boxPx, noFeedback)
    },
  }
}

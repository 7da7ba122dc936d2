import { tensorOf } from '../session'
import { canvasInput, CENTRED, IMAGENET, type Normalisation } from './canvasInput'
import { SAM_CALIBRATION, type Family } from './family'
import { noFeedback } from './feedback'
import {
  checkEncoder,
  checkGraph,
  checkHandedOver,
  findTensor,
  fixedSize,
  hasInput,
  type GraphFacts,
} from './graphFacts'
import { maskTokens } from './maskTokens'
import { pickFloats } from './pickFloats'
import { stretch } from './placement'
import type { PromptableModel } from './promptableModel'
import { promptableBox } from './promptPoints'
import { stretchedAnswer } from './regionAnswer'
import { transformersPrompt } from './transformersPrompt'

const MAPS = ['image_embeddings.0', 'image_embeddings.1', 'image_embeddings.2'] as const
const COARSEST_MAP = MAPS[2]

/** The side of the coarsest map tells the SAM 3 tracker (patches of 14 px) from SAM 2 (16 px). */
const TRACKER_CELLS = 72
const TRACKER_SIDE = 1008
const USUAL_SIDE = 1024

/**
 * SAM 2, SAM 2.1, EdgeTAM and the tracker of SAM 3 as transformers.js takes them (class Sam2Model and its
 * subclasses). SAM notes, §7.4. Former masks cannot be handed back: the graphs have no such input.
 */
export const sam2Transformers: Family = {
  kind: 'split',
  id: 'sam2-transformers',
  title: 'SAM 2, EdgeTAM or SAM 3 tracker (transformers.js)',
  claims: (graph) => hasInput(graph, MAPS[0]),
  bind: (encoder, decoder) => {
    checkGraph(decoder, 'a decoder of SAM 2 for transformers.js', {
      inputs: {
        [MAPS[0]]: 'float',
        [MAPS[1]]: 'float',
        [MAPS[2]]: 'float',
        input_points: 'float',
        input_labels: 'int64',
        input_boxes: 'float',
      },
      outputs: { iou_scores: 'float', pred_masks: 'float' },
    })
    checkEncoder(encoder, decoder, 'an encoder of SAM 2 for transformers.js', {
      inputs: { pixel_values: 'float' },
      outputs: { [MAPS[0]]: 'float', [MAPS[1]]: 'float', [MAPS[2]]: 'float' },
    })
    for (const map of MAPS) {
      checkHandedOver(encoder, findTensor(encoder.outputs, map)!, decoder, findTensor(decoder.inputs, map)!)
    }
    return bindSam2(canvasOf(encoder, decoder))
  },
}

/** An export may leave any size open; then the next graph or tensor is asked. */
function canvasOf(encoder: GraphFacts, decoder: GraphFacts): { side: number; normalisation: Normalisation } {
  const cells =
    fixedSize(findTensor(encoder.outputs, COARSEST_MAP), -1) ??
    fixedSize(findTensor(decoder.inputs, COARSEST_MAP), -1)
  const fixed = fixedSize(findTensor(encoder.inputs, 'pixel_values'), -1)
  const isTracker = cells === TRACKER_CELLS || fixed === TRACKER_SIDE
  return {
    side: fixed ?? (isTracker ? TRACKER_SIDE : USUAL_SIDE),
    normalisation: isTracker ? CENTRED : IMAGENET,
  }
}

function bindSam2({ side, normalisation }: ReturnType<typeof canvasOf>): PromptableModel {
  const placement = stretch(side)
  return {
    family: sam2Transformers.id,
    canvasSide: side,
    accepts: { positiveClicks: true, negativeClicks: true, feedback: false },
    calibration: SAM_CALIBRATION,
    encode: async (session, region) => {
      const outputs = await session.run({ pixel_values: canvasInput(region, placement, normalisation) })
      return pickFloats(outputs, MAPS)
    },
    decode: async (session, embedding, region, prompt) => {
      const boxPx = promptableBox(prompt.boxPx, region)
      const outputs = await session.run({
        ...pickFloats(embedding, MAPS),
        ...transformersPrompt(prompt, boxPx, region, placement),
      })
      // (1, 1, 3, cells, cells) and (1, 1, 3).
      const tokens = maskTokens(tensorOf(outputs, 'pred_masks'), tensorOf(outputs, 'iou_scores'))
      return stretchedAnswer(tokens, region, noFeedback)
    },
  }
}

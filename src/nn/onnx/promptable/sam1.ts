import { tensorOf, type AnyTensor, type InferenceSession, type TensorFacts } from '../session'
import { canvasInput, IMAGENET, pixelInput } from './canvasInput'
import { SAM_CALIBRATION, type Family } from './family'
import { feedbackFeeds, lowResolutionLogits, noFeedback } from './feedback'
import {
  checkGraph,
  checkHandedOver,
  findTensor,
  fixedSize,
  hasInput,
  incompatible,
  isFloat,
  namesOf,
  type GraphFacts,
} from './graphFacts'
import { maskTokens } from './maskTokens'
import { letterbox, type Placement } from './placement'
import type { PromptableModel, RegionPrompt } from './promptableModel'
import {
  clickPoints,
  cornerPoints,
  PADDING_POINT,
  pointValues,
  promptableBox,
  type PromptPoint,
} from './promptPoints'
import { letterboxedAnswer, stretchedAnswer } from './regionAnswer'

/** Canvas pixels an embedding's cell spans: the patch of the image transformer. */
const PATCH = 16
const USUAL_EMBEDDING_SIDE = 64
/** The mask prompt has four cells an embedding's cell. */
const MASK_CELLS = 4

/**
 * SAM 1, MobileSAM and their kin as Meta's and samexporter's scripts write them (facebookresearch/segment-anything,
 * scripts/export_onnx_model.py; vietanhdev/samexporter, export_encoder.py). SAM notes, §7.1 and 7.2.
 */
export const sam1: Family = {
  kind: 'split',
  id: 'sam1',
  title: 'SAM 1 or MobileSAM (Meta, samexporter)',
  claims: (graph) => hasInput(graph, 'orig_im_size') && hasInput(graph, 'point_coords'),
  bind: (encoder, decoder) => {
    checkGraph(decoder, 'the decoder of SAM 1', {
      inputs: {
        image_embeddings: 'float',
        point_coords: 'float',
        point_labels: 'float',
        mask_input: 'float',
        has_mask_input: 'float',
        orig_im_size: 'float',
      },
      outputs: { masks: 'float', iou_predictions: 'float' },
    })
    return bindSam1(readEncoder(encoder, decoder), decoder)
  },
}

interface Sam1Encoder {
  readonly input: string
  readonly output: string
  /** `pixels`: (H, W, 3) of 0..255, the graph normalises and pads. `canvas`: (1, 3, side, side), ready. */
  readonly layout: 'pixels' | 'canvas'
  readonly side: number
}

/** Exports call the tensors by many names, so the shapes decide. */
function readEncoder(encoder: GraphFacts, decoder: GraphFacts): Sam1Encoder {
  const [input, ...furtherInputs] = encoder.inputs
  const [output, ...furtherOutputs] = encoder.outputs
  if (input === undefined || output === undefined || furtherInputs.length > 0 || furtherOutputs.length > 0) {
    throw incompatible(
      encoder.file,
      `an encoder of SAM 1 has one input and one output; this graph takes ${namesOf(encoder.inputs)} and gives ${namesOf(encoder.outputs)}. Take encoder and decoder from the same export.`,
    )
  }
  const taken = findTensor(decoder.inputs, 'image_embeddings')!
  checkHandedOver(encoder, output, decoder, taken)
  const layout = layoutOf(input)
  if (layout === null || !isFloat(input) || !isFloat(output)) {
    throw incompatible(
      encoder.file,
      `its input "${input.name}" is ${input.type} ${input.shape.join(' x ')}; expected float32, either H x W x 3 or 1 x 3 x 1024 x 1024. Export the encoder again with the tool that made the decoder.`,
    )
  }
  const cells = fixedSize(output, -1) ?? fixedSize(taken, -1) ?? USUAL_EMBEDDING_SIDE
  const fixedSide = layout === 'canvas' ? fixedSize(input, -1) : null
  return { input: input.name, output: output.name, layout, side: fixedSide ?? cells * PATCH }
}

function layoutOf({ shape }: TensorFacts): Sam1Encoder['layout'] | null {
  if (shape.length === 3 && shape[2] === 3) return 'pixels'
  if (shape.length === 4 && (shape[1] === 3 || typeof shape[1] === 'string')) return 'canvas'
  return null
}

function bindSam1(encoder: Sam1Encoder, decoder: GraphFacts): PromptableModel {
  const { side } = encoder
  /** Cells of the mask prompt's and the low-resolution masks' side. */
  const maskSide = (side / PATCH) * MASK_CELLS
  /** With `--return-extra-metrics` the output of this name is another one, (1, M). An untold shape is looked at later. */
  const rank = findTensor(decoder.outputs, 'low_res_masks')?.shape.length
  const offersLowResolution = rank === 4 || rank === 0
  /** One mask was asked for at export (`--return-single-mask`); null until the graph has said so. */
  let picksOneMask = oneMaskByShape(decoder)

  async function run(
    session: InferenceSession,
    embedding: AnyTensor,
    points: readonly PromptPoint[],
    former: RegionPrompt['former'],
    placement: Placement,
  ): Promise<{ readonly [name: string]: AnyTensor }> {
    const { coordinates, labels } = pointValues(points)
    const { mask, hasMask } = feedbackFeeds(former, maskSide)
    return session.run({
      image_embeddings: embedding,
      point_coords: { data: coordinates, dims: [1, points.length, 2] },
      point_labels: { data: Float32Array.from(labels), dims: [1, points.length] },
      mask_input: mask,
      has_mask_input: hasMask,
      // The graph enlarges its masks to this size. The canvas is enough: the low-resolution masks are what is used.
      orig_im_size: { data: Float32Array.of(placement.rows, placement.columns), dims: [2] },
    })
  }

  return {
    family: sam1.id,
    canvasSide: side,
    accepts: { positiveClicks: true, negativeClicks: true, feedback: offersLowResolution },
    calibration: SAM_CALIBRATION,
    encode: async (session, region) => {
      const placement = letterbox(region, side)
      const input =
        encoder.layout === 'pixels' ? pixelInput(region, placement) : canvasInput(region, placement, IMAGENET)
      const outputs = await session.run({ [encoder.input]: input })
      return { image_embeddings: tensorOf(outputs, encoder.output) }
    },
    decode: async (session, embedding, region, prompt) => {
      const placement = letterbox(region, side)
      const image = tensorOf(embedding, 'image_embeddings')
      const boxPx = promptableBox(prompt.boxPx, region)
      const points = [
        ...cornerPoints(boxPx, region, placement),
        ...clickPoints(prompt.clicks, region, placement),
      ]
      // A graph that picks one mask picks the single-mask token from three points on, and among the ambiguous ones
      // below (segment_anything/utils/onnx.py, `select_masks`). A box is not ambiguous, so it is given a third point
      // there, and nowhere else: Meta pads only prompts without a box.
      const padded = points.length === 2 ? [...points, PADDING_POINT] : points
      let outputs = await run(
        session,
        image,
        picksOneMask === true ? padded : points,
        prompt.former,
        placement,
      )
      if (picksOneMask === null) {
        picksOneMask = tensorOf(outputs, 'iou_predictions').data.length === 1
        if (picksOneMask && padded !== points) {
          outputs = await run(session, image, padded, prompt.former, placement)
        }
      }
      const scores = tensorOf(outputs, 'iou_predictions')
      if (outputs.low_res_masks?.dims.length === 4) {
        const tokens = maskTokens(tensorOf(outputs, 'low_res_masks'), scores)
        return letterboxedAnswer(tokens, region, placement, boxPx, lowResolutionLogits)
      }
      // The graph's own enlarged masks: logits at canvas pixels, the padding left out.
      return stretchedAnswer(maskTokens(tensorOf(outputs, 'masks'), scores), region, noFeedback)
    },
  }
}

/** Null when the graph leaves the number of masks open. */
function oneMaskByShape(decoder: GraphFacts): boolean | null {
  const count = fixedSize(findTensor(decoder.outputs, 'iou_predictions'), -1)
  return count === null ? null : count === 1
}

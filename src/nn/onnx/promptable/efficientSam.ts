import { AppError } from '../../../core/errors'
import type { Size } from '../../../core/geometry'
import type { RgbaImage } from '../../../core/raster'
import { resizeRgbPlanes } from '../../../ml/imaging/antialiasedResize'
import { tensorOf, type FloatTensor } from '../session'
import { checkClicks } from './acceptedClicks'
import { SAM_CALIBRATION, type Family } from './family'
import { noFeedback } from './feedback'
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
import { type Placement } from './placement'
import type { PromptableModel, RegionPrompt } from './promptableModel'
import { clickPoints, cornerPoints, PADDING_POINT, pointValues, promptableBox } from './promptPoints'
import { stretchedAnswer } from './regionAnswer'

/** The graphs bring every picture to this side themselves. */
const SIDE = 1024
/** Cells of the masks' side before the graphs enlarge them. */
const MASK_CELLS = 256
/** Further points are cut off inside the graphs. */
const MAXIMAL_POINTS = 6
const CORNERS = 2

/** There is no label for background, and no input for a former mask. */
const ACCEPTS = { positiveClicks: true, negativeClicks: false, feedback: false }

/** EfficientSAM in two graphs (yformer/EfficientSAM, export_to_onnx.py). SAM notes, §7.7. */
export const efficientSamSplit: Family = {
  kind: 'split',
  id: 'efficient-sam',
  title: 'EfficientSAM (two files)',
  claims: (graph) => hasInput(graph, 'batched_point_coords') && !hasInput(graph, 'batched_images'),
  bind: (encoder, decoder) => {
    checkGraph(decoder, 'the decoder of EfficientSAM', {
      inputs: {
        image_embeddings: 'float',
        batched_point_coords: 'float',
        batched_point_labels: 'float',
        orig_im_size: 'int64',
      },
      outputs: { output_masks: 'float', iou_predictions: 'float' },
    })
    checkEncoder(encoder, decoder, 'the encoder of EfficientSAM', {
      inputs: { batched_images: 'float' },
      outputs: { image_embeddings: 'float' },
    })
    checkHandedOver(
      encoder,
      findTensor(encoder.outputs, 'image_embeddings')!,
      decoder,
      findTensor(decoder.inputs, 'image_embeddings')!,
    )
    return splitModel(numberOfPoints(decoder))
  },
}

/** EfficientSAM in one graph, which sees the picture anew with every prompt. */
export const efficientSamWhole: Family = {
  kind: 'whole',
  id: 'efficient-sam-whole',
  title: 'EfficientSAM (one file)',
  claims: (graph) => hasInput(graph, 'batched_point_coords') && hasInput(graph, 'batched_images'),
  bind: (graph) => {
    checkGraph(graph, 'EfficientSAM', {
      inputs: { batched_images: 'float', batched_point_coords: 'float', batched_point_labels: 'float' },
      outputs: { output_masks: 'float', iou_predictions: 'float' },
    })
    return wholeModel(numberOfPoints(graph))
  },
}

/** How many points a prompt of this graph has: a fixed number, or null for any up to the maximum. */
type PointNumber = number | null

/** One revision of the export script lets the number of prompts vary and gives each a single point. */
function numberOfPoints(graph: GraphFacts): PointNumber {
  const fixed = fixedSize(findTensor(graph.inputs, 'batched_point_coords'), -2)
  if (fixed === null || fixed >= CORNERS) return fixed
  throw incompatible(
    graph.file,
    'its input "batched_point_coords" has room for one point, and a box takes two. Export it again with a variable number of points, or choose another file.',
  )
}

const splitModel = (points: PointNumber): PromptableModel => ({
  family: efficientSamSplit.id,
  canvasSide: SIDE,
  accepts: ACCEPTS,
  calibration: SAM_CALIBRATION,
  encode: async (session, region) => {
    const outputs = await session.run({ batched_images: pictureInput(region) })
    return { image_embeddings: tensorOf(outputs, 'image_embeddings') }
  },
  decode: async (session, embedding, region, prompt) => {
    // The graph takes points in, and enlarges masks to, whatever size it is told; told the masks' own, it leaves them.
    const size = { width: MASK_CELLS, height: MASK_CELLS }
    const outputs = await session.run({
      image_embeddings: tensorOf(embedding, 'image_embeddings'),
      ...pointFeeds(prompt, region, size, points),
      orig_im_size: {
        type: 'int64',
        data: BigInt64Array.of(BigInt(size.height), BigInt(size.width)),
        dims: [2],
      },
    })
    const tokens = maskTokens(tensorOf(outputs, 'output_masks'), tensorOf(outputs, 'iou_predictions'))
    return stretchedAnswer(tokens, region, noFeedback)
  },
})

const wholeModel = (points: PointNumber): PromptableModel => ({
  family: efficientSamWhole.id,
  canvasSide: SIDE,
  accepts: ACCEPTS,
  calibration: SAM_CALIBRATION,
  encode: (_, region) => Promise.resolve({ batched_images: pictureInput(region) }),
  decode: async (session, embedding, region, prompt) => {
    const picture = tensorOf(embedding, 'batched_images')
    const size = { width: picture.dims[3]!, height: picture.dims[2]! }
    const outputs = await session.run({
      batched_images: picture,
      ...pointFeeds(prompt, region, size, points),
    })
    const tokens = maskTokens(tensorOf(outputs, 'output_masks'), tensorOf(outputs, 'iou_predictions'))
    return stretchedAnswer(tokens, region, noFeedback)
  },
})

/**
 * (1, 3, H, W) of 0..1 at the region's own size. A side beyond the graph's is shrunk here, where it is not aliased;
 * the graph samples two pixels an axis whatever the factor.
 */
function pictureInput(region: RgbaImage): FloatTensor {
  const width = Math.min(region.width, SIDE)
  const height = Math.min(region.height, SIDE)
  const planes = resizeRgbPlanes(region, { width, height })
  return { data: Float32Array.from(planes, (value) => value / 255), dims: [1, 3, height, width] }
}

/** Box and clicks in pixels of a picture of `size` that the region was brought to. */
function pointFeeds(
  prompt: RegionPrompt,
  region: Size,
  size: Size,
  number: PointNumber,
): { readonly [name: string]: FloatTensor } {
  checkClicks(prompt.clicks, ACCEPTS)
  const limit = Math.min(number ?? MAXIMAL_POINTS, MAXIMAL_POINTS)
  if (CORNERS + prompt.clicks.length > limit) {
    throw new AppError(
      'model/incompatible',
      `EfficientSAM takes ${limit - CORNERS} clicks beside a box, not ${prompt.clicks.length}: paint the rest, or choose another model`,
    )
  }
  const placement: Placement = { side: SIDE, columns: size.width, rows: size.height }
  const given = [
    ...cornerPoints(promptableBox(prompt.boxPx, region), region, placement),
    ...clickPoints(prompt.clicks, region, placement),
  ]
  const missing = Math.max(0, (number ?? 0) - given.length)
  const { coordinates, labels } = pointValues([...given, ...Array(missing).fill(PADDING_POINT)])
  return {
    batched_point_coords: { data: coordinates, dims: [1, 1, labels.length, 2] },
    batched_point_labels: { data: Float32Array.from(labels), dims: [1, 1, labels.length] },
  }
}

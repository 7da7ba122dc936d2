import { drawPrompt, scoresOf } from './decoderBody'
import { embeddingOf, normalisedPlanes } from './encoderBody'
import type { Fault } from './faults'
import { createGraphOps, type GraphOps } from './graphOps'

const SIDE = 1024
const CELLS = 256

/** SAM notes, §7.2, without `--use-preprocess`; the names are those of the exporter unless told otherwise. */
export function sam1Encoder(
  options: { readonly names?: readonly [string, string]; readonly fault?: Fault } = {},
): Uint8Array {
  const [input, output] = options.names ?? ['input_image', 'image_embeddings']
  const ops = createGraphOps()
  const canvas = ops.graph.input(input, [1, 3, SIDE, SIDE])
  ops.name(embeddingOf(ops, canvas, 16, 256, options.fault), output)
  ops.graph.output(output, [1, 256, 64, 64])
  return ops.graph.finish('sam1-encoder', {})
}

/** SAM notes, §7.2, with `--use-preprocess`: (H, W, 3) of 0..255, the longer side 1024. */
export function sam1PixelEncoder(): Uint8Array {
  const ops = createGraphOps()
  const pixels = ops.graph.input('input_image', ['image_height', 'image_width', 3])
  const planes = ops.unsqueeze(ops.graph.node('Transpose', [pixels], { perm: [2, 0, 1] }), [0])
  const missing = (axis: number): string =>
    ops.graph.node('Sub', [ops.graph.indices([SIDE]), ops.sizeOf(planes, axis)])
  const pads = ops.concat(0, ops.graph.indices([0, 0, 0, 0, 0, 0]), missing(2), missing(3))
  const canvas = ops.graph.node('Pad', [normalisedPlanes(ops, planes, 255), pads])
  ops.name(embeddingOf(ops, canvas, 16, 256, undefined), 'image_embeddings')
  ops.graph.output('image_embeddings', [1, 256, 64, 64])
  return ops.graph.finish('sam1-pixel-encoder', {})
}

export interface Sam1DecoderOptions {
  /** `--return-single-mask`. */
  readonly isSingle?: boolean
  /** The exporter left the sizes of its outputs open. */
  readonly hidesSizes?: boolean
  /** An export that drops `low_res_masks`. */
  readonly lacksLowResolution?: boolean
  readonly fault?: Fault
}

/** SAM notes, §7.1. */
export function sam1Decoder(options: Sam1DecoderOptions = {}): Uint8Array {
  const ops = createGraphOps()
  const embedding = ops.graph.input('image_embeddings', [1, 256, 64, 64])
  const points = ops.graph.input('point_coords', [1, 'num_points', 2])
  const labels = ops.graph.input('point_labels', [1, 'num_points'])
  const mask = ops.graph.input('mask_input', [1, 1, CELLS, CELLS])
  const has = ops.graph.input('has_mask_input', [1])
  const size = ops.graph.input('orig_im_size', [2])
  const former = { mask, has }
  let logits = drawPrompt(ops, {
    points,
    labels,
    side: SIDE,
    cells: CELLS,
    embedding,
    former,
    fault: options.fault,
  })
  let scores = scoresOf(ops, logits, 0, 4)
  if (options.isSingle === true) {
    const chosen = chosenToken(ops, scores, points)
    logits = ops.graph.node('Gather', [logits, chosen], { axis: 1 })
    scores = ops.graph.node('Gather', [scores, chosen], { axis: 1 })
  }
  const count = options.hidesSizes === true ? 'num_masks' : options.isSingle === true ? 1 : 4
  ops.name(enlarged(ops, logits, size), 'masks')
  ops.name(scores, 'iou_predictions')
  ops.graph.output('masks', [1, count, 'height', 'width'])
  ops.graph.output('iou_predictions', [1, count])
  if (options.lacksLowResolution !== true) {
    ops.name(logits, 'low_res_masks')
    ops.graph.output('low_res_masks', [1, count, CELLS, CELLS])
  }
  return ops.graph.finish('sam1-decoder', {})
}

/** The best score, token 0 moved by (points - 2.5) * 1000 (segment_anything/utils/onnx.py, `select_masks`). */
function chosenToken(ops: GraphOps, scores: string, points: string): string {
  const number = ops.toFloat(ops.sizeOf(points, 1))
  const bonus = ops.mul(ops.sub(number, 2.5), ops.vector([1000, 0, 0, 0], [1, 4]))
  return ops.reshape(ops.graph.node('ArgMax', [ops.add(scores, bonus)], { axis: 1, keepdims: 0 }), [1])
}

/** 256 -> 1024, the padding cut off, -> the original size (segment_anything/utils/onnx.py, `mask_postprocessing`). */
function enlarged(ops: GraphOps, logits: string, size: string): string {
  const shape = ops.graph.node('Shape', [logits])
  const masks = ops.graph.node('Slice', [shape, ops.graph.indices([0]), ops.graph.indices([2])])
  const canvas = ops.resize(logits, 'linear', ops.concat(0, masks, ops.graph.indices([SIDE, SIDE])))
  const scale = ops.div(ops.scalar(SIDE), ops.extreme('Max', size, 0))
  const content = ops.toIntegers(ops.graph.node('Floor', [ops.add(ops.mul(size, scale), 0.5)]))
  const cut = ops.graph.node('Slice', [canvas, ops.graph.indices([0, 0]), content, ops.graph.indices([2, 3])])
  return ops.resize(cut, 'linear', ops.concat(0, masks, ops.toIntegers(size)))
}

import type { Dimension } from '../../graphBuilder'
import { drawPrompt, scoresOf } from './decoderBody'
import { embeddingOf, normalisedPlanes } from './encoderBody'
import { createGraphOps, type GraphOps } from './graphOps'

const SIDE = 1024
const CELLS = 256
/** The graph cuts further points off. */
const MAXIMAL_POINTS = 6

/** SAM notes, §7.7: pictures of 0..1 at any size. */
export function efficientSamEncoder(): Uint8Array {
  const ops = createGraphOps()
  const pictures = ops.graph.input('batched_images', ['batch', 3, 'height', 'width'])
  ops.name(embedded(ops, pictures), 'image_embeddings')
  ops.graph.output('image_embeddings', ['batch', 256, 64, 64])
  return ops.graph.finish('efficient-sam-encoder', {})
}

/** SAM notes, §7.7: points in pixels of `orig_im_size`, at which the masks come back. */
export function efficientSamDecoder(options: { readonly points?: Dimension } = {}): Uint8Array {
  const ops = createGraphOps()
  const embedding = ops.graph.input('image_embeddings', ['batch', 256, 64, 64])
  const prompt = pointInputs(ops, options.points)
  const size = ops.graph.input('orig_im_size', [2], 'int64')
  answer(ops, embedding, prompt, size)
  return ops.graph.finish('efficient-sam-decoder', {})
}

/** SAM notes, §7.7: everything in one graph. */
export function efficientSamWhole(): Uint8Array {
  const ops = createGraphOps()
  const pictures = ops.graph.input('batched_images', ['batch', 3, 'height', 'width'])
  const prompt = pointInputs(ops, undefined)
  const shape = ops.graph.node('Shape', [pictures])
  const size = ops.graph.node('Slice', [shape, ops.graph.indices([2]), ops.graph.indices([4])])
  answer(ops, embedded(ops, pictures), prompt, size)
  return ops.graph.finish('efficient-sam', {})
}

interface PointInputs {
  readonly points: string
  readonly labels: string
}

function pointInputs(ops: GraphOps, number: Dimension = 'num_points'): PointInputs {
  return {
    points: ops.graph.input('batched_point_coords', [1, 1, number, 2]),
    labels: ops.graph.input('batched_point_labels', [1, 1, number]),
  }
}

function embedded(ops: GraphOps, pictures: string): string {
  const canvas = ops.resize(pictures, 'linear', ops.graph.indices([1, 3, SIDE, SIDE]))
  return embeddingOf(ops, normalisedPlanes(ops, canvas, 1), 16, 256, undefined)
}

function answer(ops: GraphOps, embedding: string, { points, labels }: PointInputs, size: string): void {
  // (height, width) -> canvas pixels a pixel, for x and y.
  const perPixel = ops.div(ops.scalar(SIDE), ops.toFloat(size))
  const scale = ops.concat(0, ops.pick(perPixel, 0, 1), ops.pick(perPixel, 0, 0))
  const rescaled = ops.mul(ops.graph.node('Squeeze', [points, ops.graph.indices([0])]), scale)
  const known = ops.graph.node('Squeeze', [labels, ops.graph.indices([0])])
  // Label 0 has no embedding in this model: such a point says nothing.
  const isBackground = ops.equals(known, 0)
  const logits = drawPrompt(ops, {
    points: ops.slice(rescaled, 1, 0, MAXIMAL_POINTS),
    labels: ops.slice(ops.sub(known, isBackground), 1, 0, MAXIMAL_POINTS),
    side: SIDE,
    cells: CELLS,
    embedding,
    former: null,
    fault: undefined,
  })
  const offered = ops.slice(logits, 1, 1, 4)
  const sizes = ops.concat(0, ops.graph.indices([1, 3]), size)
  ops.name(ops.unsqueeze(ops.resize(offered, 'linear', sizes), [0]), 'output_masks')
  ops.name(ops.unsqueeze(scoresOf(ops, offered, 1, 4), [0]), 'iou_predictions')
  // The exporter names two outputs; the third keeps the number that the tracer gave it.
  ops.name(offered, '2841')
  ops.graph.output('output_masks', [1, 1, 3, 'out_height', 'out_width'])
  ops.graph.output('iou_predictions', [1, 1, 3])
  ops.graph.output('2841', [1, 3, CELLS, CELLS])
}

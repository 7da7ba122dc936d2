import { drawPrompt, scoresOf } from './decoderBody'
import { embeddingOf, mapOf } from './encoderBody'
import type { Fault } from './faults'
import { createGraphOps, type GraphOps } from './graphOps'

/** Sides of the canvas, of the coarsest map and of the masks. */
const SAM_2 = { side: 1024, cells: 64, maskCells: 256 }
const TRACKER = { side: 1008, cells: 72, maskCells: 288 }

export interface Sam2Options {
  /** The tracker of SAM 3. */
  readonly isTracker?: boolean
  readonly fault?: Fault
  /** A broken export: labels of this type. */
  readonly labels?: 'int64' | 'int32'
  /** A broken export: this input is not there. */
  readonly lacks?: 'input_boxes'
  /** A graph of another kin: it wants an input that nobody knows. */
  readonly extraInput?: string
}

/** SAM notes, §7.4. */
export function sam2TransformersEncoder(options: Sam2Options = {}): Uint8Array {
  const { side, cells } = options.isTracker === true ? TRACKER : SAM_2
  const ops = createGraphOps()
  const canvas = ops.graph.input('pixel_values', ['batch_size', 3, side, side])
  const coarse = embeddingOf(ops, canvas, side / cells, 256, options.fault)
  const maps = [
    [32, 4],
    [64, 2],
    [256, 1],
  ] as const
  for (const [i, [channels, finer]] of maps.entries()) {
    ops.name(mapOf(ops, coarse, channels, finer * cells), `image_embeddings.${i}`)
    ops.graph.output(`image_embeddings.${i}`, ['batch_size', channels, finer * cells, finer * cells])
  }
  return ops.graph.finish('sam2-transformers-encoder', {})
}

/** SAM notes, §7.4. As many boxes as there are, each with the same points. */
export function sam2TransformersDecoder(options: Sam2Options = {}): Uint8Array {
  const { side, cells, maskCells } = options.isTracker === true ? TRACKER : SAM_2
  const ops = createGraphOps()
  ops.graph.input('image_embeddings.0', ['batch_size', 32, 4 * cells, 4 * cells])
  ops.graph.input('image_embeddings.1', ['batch_size', 64, 2 * cells, 2 * cells])
  const embedding = ops.graph.input('image_embeddings.2', ['batch_size', 256, cells, cells])
  const points = ops.graph.input('input_points', ['batch_size', 'point_batch_size', 'nb_points', 2])
  const labels = ops.graph.input(
    'input_labels',
    ['batch_size', 'point_batch_size', 'nb_points'],
    options.labels ?? 'int64',
  )
  const boxes =
    options.lacks === 'input_boxes'
      ? ops.vector([0, 0, side, side], [1, 1, 4])
      : ops.graph.input('input_boxes', ['batch_size', 'nb_boxes', 4])
  if (options.extraInput !== undefined) ops.graph.input(options.extraInput, [1])
  const prompt = joined(ops, boxes, points, labels)
  const logits = drawPrompt(ops, {
    ...prompt,
    side,
    cells: maskCells,
    embedding,
    former: null,
    fault: options.fault,
  })
  const offered = ops.slice(logits, 1, 1, 4)
  ops.name(ops.unsqueeze(scoresOf(ops, offered, 1, 4), [0]), 'iou_scores')
  ops.name(ops.unsqueeze(offered, [0]), 'pred_masks')
  // (1, n, 1): there is always something.
  const one = ops.add(ops.mul(ops.sum(prompt.labels, 1), 0), 10)
  ops.name(ops.unsqueeze(one, [0]), 'object_score_logits')
  ops.graph.output('iou_scores', ['batch_size', 'boxes_n_points', 3])
  ops.graph.output('pred_masks', ['batch_size', 'boxes_n_points', 3, maskCells, maskCells])
  ops.graph.output('object_score_logits', ['batch_size', 'boxes_n_points', 1])
  return ops.graph.finish('sam2-transformers-decoder', {})
}

/** SAM notes, §7.3. */
export function samTransformersEncoder(): Uint8Array {
  const ops = createGraphOps()
  const canvas = ops.graph.input('pixel_values', ['batch_size', 3, 1024, 1024])
  const embedding = embeddingOf(ops, canvas, 16, 256, undefined)
  ops.name(embedding, 'image_embeddings')
  ops.name(ops.mul(embedding, 0), 'image_positional_embeddings')
  ops.graph.output('image_embeddings', ['batch_size', 256, 64, 64])
  ops.graph.output('image_positional_embeddings', ['batch_size', 256, 64, 64])
  return ops.graph.finish('sam1-transformers-encoder', {})
}

/** SAM notes, §7.3: as usually exported without boxes, or the revision that has them. */
export function samTransformersDecoder({ hasBoxes }: { readonly hasBoxes: boolean }): Uint8Array {
  const ops = createGraphOps()
  const embedding = ops.graph.input('image_embeddings', ['batch_size', 256, 64, 64])
  ops.graph.input('image_positional_embeddings', ['batch_size', 256, 64, 64])
  const points = ops.graph.input('input_points', ['batch_size', 'point_batch_size', 'nb_points', 2])
  const labels = ops.graph.input('input_labels', ['batch_size', 'point_batch_size', 'nb_points'], 'int64')
  const boxes = hasBoxes
    ? ops.graph.input('input_boxes', ['batch_size', 'nb_boxes', 4])
    : ops.vector([0, 0, 1024, 1024], [1, 1, 4])
  const logits = drawPrompt(ops, {
    ...joined(ops, boxes, points, labels),
    side: 1024,
    cells: 256,
    embedding,
    former: null,
    fault: undefined,
  })
  const offered = ops.slice(logits, 1, 1, 4)
  ops.name(ops.unsqueeze(scoresOf(ops, offered, 1, 4), [0]), 'iou_scores')
  ops.name(ops.unsqueeze(offered, [0]), 'pred_masks')
  ops.graph.output('iou_scores', ['batch_size', 'point_batch_size', 3])
  ops.graph.output('pred_masks', ['batch_size', 'point_batch_size', 3, 256, 256])
  return ops.graph.finish('sam1-transformers-decoder', {})
}

/** Boxes (1, M, 4), points (1, 1, N, 2) and labels (1, 1 or M, N) -> M prompts of corners and points. */
function joined(
  ops: GraphOps,
  boxes: string,
  points: string,
  labels: string,
): { readonly points: string; readonly labels: string } {
  const corners = ops.reshape(boxes, [-1, 2, 2]) // (M, 2, 2)
  const none = ops.mul(ops.pick(ops.pick(corners, 1, 0), 2, 0), 0) // (M, 1, 1)
  const noLabel = ops.reshape(none, [-1, 1]) // (M, 1)
  const clicked = ops.add(ops.graph.node('Squeeze', [points, ops.graph.indices([0])]), none)
  const clickLabels = ops.add(
    ops.graph.node('Squeeze', [ops.toFloat(labels), ops.graph.indices([0])]),
    noLabel,
  )
  return {
    points: ops.concat(1, corners, clicked),
    labels: ops.concat(1, ops.add(noLabel, ops.vector([2, 3], [1, 2])), clickLabels),
  }
}

import { drawPrompt, scoresOf } from './decoderBody'
import { embeddingOf, mapOf } from './encoderBody'
import type { Fault } from './faults'
import { createGraphOps, type GraphOps } from './graphOps'

const SIDE = 1024
const CELLS = 256

/** Names of the maps, finest first. */
const SAMEXPORTER_MAPS = ['high_res_feats_0', 'high_res_feats_1', 'image_embed'] as const
const ONNXRUNTIME_MAPS = ['image_features_0', 'image_features_1', 'image_embeddings'] as const

/** Channels and side of the maps, finest first. */
const MAP_SHAPES = [
  [32, 256],
  [64, 128],
  [256, 64],
] as const

function encoder(maps: readonly string[]): Uint8Array {
  const ops = createGraphOps()
  const canvas = ops.graph.input('image', [1, 3, SIDE, SIDE])
  const coarse = embeddingOf(ops, canvas, 16, 256, undefined)
  for (const [i, [channels, size]] of MAP_SHAPES.entries()) {
    ops.name(mapOf(ops, coarse, channels, size), maps[i]!)
    ops.graph.output(maps[i]!, [1, channels, size, size])
  }
  return ops.graph.finish('sam2-encoder', {})
}

/** The maps as inputs; gives the coarsest. */
function mapInputs(ops: GraphOps, maps: readonly string[]): string {
  const names = MAP_SHAPES.map(([channels, size], i) => ops.graph.input(maps[i]!, [1, channels, size, size]))
  return names[2]!
}

/** SAM notes, §7.5. */
export function sam2SamexporterEncoder(): Uint8Array {
  return encoder(SAMEXPORTER_MAPS)
}

/** SAM notes, §7.5: any number of boxes n at once; `has_mask_input` is multiplied in, so n elements would not fit. */
export function sam2SamexporterDecoder(options: { readonly fault?: Fault } = {}): Uint8Array {
  const ops = createGraphOps()
  const embedding = mapInputs(ops, SAMEXPORTER_MAPS)
  const points = ops.graph.input('point_coords', ['num_labels', 'num_points', 2])
  const labels = ops.graph.input('point_labels', ['num_labels', 'num_points'])
  const mask = ops.graph.input('mask_input', ['num_labels', 1, CELLS, CELLS])
  const has = ops.graph.input('has_mask_input', ['num_labels'])
  const former = { mask, has }
  const all = drawPrompt(ops, {
    points,
    labels,
    side: SIDE,
    cells: CELLS,
    embedding,
    former,
    fault: options.fault,
  })
  const offered = ops.slice(all, 1, 1, 4)
  ops.name(ops.graph.node('Clip', [offered, ops.scalar(-32), ops.scalar(32)]), 'masks')
  ops.name(scoresOf(ops, offered, 1, 4), 'iou_predictions')
  ops.graph.output('masks', ['num_labels', 3, CELLS, CELLS])
  ops.graph.output('iou_predictions', ['num_labels', 3])
  return ops.graph.finish('sam2-samexporter-decoder', {})
}

/** SAM notes, §7.6. */
export function sam2OnnxRuntimeEncoder(): Uint8Array {
  return encoder(ONNXRUNTIME_MAPS)
}

/** SAM notes, §7.6: one mask or three, the enlarged ones cut to truth values. */
export function sam2OnnxRuntimeDecoder(
  options: { readonly isSingle?: boolean; readonly lacksLowResolution?: boolean } = {},
): Uint8Array {
  const ops = createGraphOps()
  const embedding = mapInputs(ops, ONNXRUNTIME_MAPS)
  const points = ops.graph.input('point_coords', ['num_labels', 'num_points', 2])
  const labels = ops.graph.input('point_labels', ['num_labels', 'num_points'], 'int32')
  const mask = ops.graph.input('input_masks', ['num_labels', 1, CELLS, CELLS])
  const has = ops.graph.input('has_input_masks', ['num_labels'])
  const size = ops.graph.input('original_image_size', [2], 'int32')
  const all = drawPrompt(ops, {
    points,
    labels: ops.toFloat(labels),
    side: SIDE,
    cells: CELLS,
    embedding,
    former: { mask, has },
    fault: undefined,
  })
  const [from, to] = options.isSingle === true ? [0, 1] : [1, 4]
  const offered = ops.slice(all, 1, from, to)
  const shape = ops.graph.node('Shape', [offered])
  const leading = ops.graph.node('Slice', [shape, ops.graph.indices([0]), ops.graph.indices([2])])
  const enlarged = ops.resize(offered, 'linear', ops.concat(0, leading, ops.toIntegers(size)))
  ops.graph.node('Greater', [enlarged, ops.scalar(0)], {}, 'masks')
  ops.name(scoresOf(ops, offered, from, to), 'iou_predictions')
  ops.graph.output(
    'masks',
    ['num_labels', to - from, 'original_image_height', 'original_image_width'],
    'bool',
  )
  ops.graph.output('iou_predictions', ['num_labels', to - from])
  if (options.lacksLowResolution !== true) {
    ops.name(ops.graph.node('Clip', [offered, ops.scalar(-32), ops.scalar(32)]), 'low_res_masks')
    ops.graph.output('low_res_masks', ['num_labels', to - from, CELLS, CELLS])
  }
  return ops.graph.finish('sam2-onnxruntime-decoder', {})
}

import type { Fault } from './faults'
import type { GraphOps } from './graphOps'

/**
 * An embedding that carries what the encoder saw: channels 0 to 2 are the means of red, green and blue over its cells,
 * the others are zeros. So swapped channels, a missing normalisation and padding in the wrong place can be read off it.
 *
 * @param canvas (1, 3, side, side), normalised
 * @returns (1, channels, side / cell, side / cell)
 */
export function embeddingOf(
  ops: GraphOps,
  canvas: string,
  cell: number,
  channels: number,
  fault: Fault | undefined,
): string {
  const pooled = ops.graph.node('AveragePool', [canvas], {
    kernel_shape: [cell, cell],
    strides: [cell, cell],
  })
  const seen = fault === 'ignores-image' ? ops.mul(pooled, 0) : pooled
  return ops.graph.node('Pad', [seen, ops.graph.indices([0, 0, 0, 0, 0, channels - 3, 0, 0])])
}

/** A finer or coarser map of the same content: (1, channels, size, size) of an embedding of at least 3 channels. */
export function mapOf(ops: GraphOps, embedding: string, channels: number, size: number): string {
  const seen = ops.slice(embedding, 1, 0, channels)
  return ops.resize(seen, 'nearest', ops.graph.indices([1, channels, size, size]))
}

/** (1, 3, H, W) of 0..1 or 0..255 -> normalised as the graphs that do it themselves do. */
export function normalisedPlanes(ops: GraphOps, planes: string, fullScale: 1 | 255): string {
  const mean = [0.485, 0.456, 0.406].map((value) => value * fullScale)
  const deviation = [0.229, 0.224, 0.225].map((value) => value * fullScale)
  return ops.div(ops.sub(planes, ops.vector(mean, [1, 3, 1, 1])), ops.vector(deviation, [1, 3, 1, 1]))
}

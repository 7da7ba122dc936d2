import type { LayerNorm } from '../layerNorms'
import { sourceOf, type OnnxGraph } from '../readGraph'

/**
 * The values between the halves of a pre-norm transformer's blocks, first to last: what block 0 gets, what its attention
 * added to it, what its MLP added to that, and so on to what the final norm gets: 2 blocks + 1 names.
 *
 * They are told by structure: each is the sum of its predecessor and a branch, and each is the input of a layer norm. So
 * names do not matter, nor how an exporter writes a block. Walks back from the final norm as far as this holds.
 */
export function residualStream(
  graph: OnnxGraph,
  norms: readonly LayerNorm[],
  finalNorm: LayerNorm,
): readonly string[] {
  const normed = new Set(norms.map(({ input }) => input))
  const stream = [finalNorm.input]
  for (;;) {
    const sum = graph.producers.get(sourceOf(graph, stream[0]!))
    const former =
      sum?.operator === 'Add' ? sum.inputs.find((name) => normed.has(sourceOf(graph, name))) : undefined
    // A file may lie: a sum that leads back to itself ends the walk too.
    if (former === undefined || stream.includes(sourceOf(graph, former))) return stream
    stream.unshift(sourceOf(graph, former))
  }
}

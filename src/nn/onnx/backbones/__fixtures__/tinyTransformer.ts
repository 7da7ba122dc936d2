import { createRandom } from '../../../../core/random'
import { createGraphBuilder, type GraphBuilder } from '../../graphBuilder'

/** Options of a small random vision transformer in the shape of DINOv2's published graphs. */
export interface TinyTransformer {
  readonly blocks?: number
  readonly channels?: number
  readonly patch?: number
  readonly registers?: number
  /** How layer norms are written: one node, or the pieces of older exporters. */
  readonly norms?: 'whole' | 'pieces'
  readonly seed?: number
  /** Outputs `tap0` ... of these blocks through the final norm, instead of `last_hidden_state`: an oracle for our own way. */
  readonly taps?: readonly number[]
}

const TABLE_SIDE = 4
const EPSILON = 1e-6

/**
 * A pre-norm vision transformer with random weights: patches by a convolution, class token, positions resized by cubic
 * interpolation inside the graph, registers behind the class token, two heads, layer scale, a final norm.
 */
export function tinyTransformer({
  blocks = 9,
  channels = 8,
  patch = 14,
  registers = 0,
  norms = 'whole',
  seed = 1,
  taps,
}: TinyTransformer = {}): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder()
  const random = createRandom(seed)
  const weights = (dims: readonly number[], spread: number, around = 0): string => {
    const size = dims.reduce((a, b) => a * b, 1)
    return graph.constant(
      Float32Array.from({ length: size }, () => around + spread * random.normal()),
      dims,
    )
  }
  const norm = (x: string, [scale, shift]: readonly [string, string], output?: string): string =>
    norms === 'whole'
      ? graph.node('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: { float: EPSILON } }, output)
      : normInPieces(graph, x, scale, shift, output)
  const normWeights = (): readonly [string, string] => [
    weights([channels], 0.1, 1),
    weights([channels], 0.1),
  ]
  const linear = (x: string, from: number, to: number): string =>
    graph.node('Add', [graph.node('MatMul', [x, weights([from, to], from ** -0.5)]), weights([to], 0.1)])

  let x = embeddings(graph, weights, channels, patch, registers)
  const afterBlock: string[] = []
  for (let block = 0; block < blocks; block++) {
    const attended = attention(graph, norm(x, normWeights()), channels, linear)
    x = graph.node('Add', [graph.node('Mul', [attended, weights([channels], 0.1, 0.5)]), x])
    const wide = linear(norm(x, normWeights()), channels, 2 * channels)
    const mlp = linear(gelu(graph, wide), 2 * channels, channels)
    x = graph.node('Add', [graph.node('Mul', [mlp, weights([channels], 0.1, 0.5)]), x])
    afterBlock.push(x)
  }
  const final = normWeights()
  graph.input('pixel_values', [1, 3, 'height', 'width'])
  if (taps === undefined) {
    norm(x, final, 'last_hidden_state')
    graph.output('last_hidden_state', [1, 'tokens', channels])
  } else {
    for (const [i, block] of taps.entries()) {
      norm(afterBlock[block]!, final, `tap${i}`)
      graph.output(`tap${i}`, [1, 'tokens', channels])
    }
  }
  return graph.finish('tiny transformer', {})
}

type Weights = (dims: readonly number[], spread: number, around?: number) => string

function embeddings(
  graph: GraphBuilder,
  weights: Weights,
  channels: number,
  patch: number,
  registers: number,
): string {
  const side = [patch, patch]
  const filters = weights([channels, 3, patch, patch], 0.3 / patch)
  const map = graph.node('Conv', ['pixel_values', filters, weights([channels], 0.1)], {
    kernel_shape: side,
    strides: side,
  })
  const flat = (value: string): string =>
    graph.node('Transpose', [graph.node('Reshape', [value, graph.indices([0, channels, -1])])], {
      perm: [0, 2, 1],
    })
  const shape = graph.node('Shape', [map])
  const grid = graph.node('Slice', [shape, graph.indices([2]), graph.indices([4])])
  const sizes = graph.node('Concat', [graph.indices([1, channels]), grid], { axis: 0 })
  const table = weights([1, channels, TABLE_SIDE, TABLE_SIDE], 0.5)
  const positions = graph.node('Resize', [table, null, null, sizes], { mode: 'cubic' })
  const patches = graph.node('Add', [flat(map), flat(positions)])
  const first = graph.node('Add', [weights([1, 1, channels], 0.5), weights([1, 1, channels], 0.5)])
  const before = registers === 0 ? [first] : [first, weights([1, registers, channels], 0.5)]
  return graph.node('Concat', [...before, patches], { axis: 1 })
}

function attention(
  graph: GraphBuilder,
  x: string,
  channels: number,
  linear: (x: string, from: number, to: number) => string,
): string {
  const heads = 2
  const split = (value: string, perm: readonly number[]): string =>
    graph.node('Transpose', [graph.node('Reshape', [value, graph.indices([0, 0, heads, channels / heads])])], {
      perm,
    })
  const query = split(linear(x, channels, channels), [0, 2, 1, 3])
  const key = split(linear(x, channels, channels), [0, 2, 3, 1])
  const value = split(linear(x, channels, channels), [0, 2, 1, 3])
  const scale = graph.constant(Float32Array.of((channels / heads) ** -0.5), [])
  const scores = graph.node('Mul', [graph.node('MatMul', [query, key]), scale])
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value])
  const merged = graph.node('Reshape', [
    graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
    graph.indices([0, 0, channels]),
  ])
  return linear(merged, channels, channels)
}

function gelu(graph: GraphBuilder, x: string): string {
  const one = (value: number): string => graph.constant(Float32Array.of(value), [])
  const erf = graph.node('Erf', [graph.node('Mul', [x, one(Math.SQRT1_2)])])
  return graph.node('Mul', [graph.node('Mul', [x, graph.node('Add', [erf, one(1)])]), one(0.5)])
}

function normInPieces(graph: GraphBuilder, x: string, scale: string, shift: string, output?: string): string {
  const mean = graph.node('ReduceMean', [x], { axes: [-1] })
  const centred = graph.node('Sub', [x, mean])
  const square = graph.node('Pow', [centred, graph.constant(Float32Array.of(2), [])])
  const variance = graph.node('Add', [
    graph.node('ReduceMean', [square], { axes: [-1] }),
    graph.constant(Float32Array.of(EPSILON), []),
  ])
  const normal = graph.node('Div', [centred, graph.node('Sqrt', [variance])])
  return graph.node('Add', [graph.node('Mul', [normal, scale]), shift], {}, output)
}

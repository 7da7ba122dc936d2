import { createRandom, type Random } from '../../../core/random'
import { createGraphBuilder, type GraphBuilder } from '../../onnx/graphBuilder'

export interface TinyVit {
  readonly dim: number
  readonly heads: number
  readonly depth: number
  readonly mlp: number
  readonly patch: number
  readonly registers: number
  /** Side of the grid of the position table. */
  readonly grid: number
  readonly seed: number
  /**
   * `script`: as torch.onnx's tracing exporter writes it. Matrices are transposed and anonymous, the position table is cut
   * into anonymous constants, layer normalisation is spelt out.
   * `program`: as its newer one: every parameter under its name, `Transpose` before each product, LayerNormalization.
   */
  readonly exporter: 'script' | 'program'
}

export const TINY_VIT: TinyVit = {
  dim: 128,
  heads: 2,
  depth: 8,
  mlp: 192,
  patch: 14,
  registers: 0,
  grid: 4,
  seed: 1,
  exporter: 'script',
}

/**
 * A small DINOv2 of random weights in the form of the public files: `pixel_values` (b, 3, h, w), any multiples of the
 * patch -> `last_hidden_state` (b, 1 + registers + patches, dim), parameters under Hugging Face's names.
 */
export function tinyVitOnnx(changes: Partial<TinyVit> = {}): Uint8Array<ArrayBuffer> {
  const vit = { ...TINY_VIT, ...changes }
  const { dim, patch, registers, depth } = vit
  const graph = createGraphBuilder()
  const layers = exportedLayers(graph, vit)
  const pixels = graph.input('pixel_values', ['batch_size', 3, 'height', 'width'])

  const embed = 'embeddings.patch_embeddings.projection'
  const kernel = layers.random(`${embed}.weight`, [dim, 3, patch, patch], 1 / Math.sqrt(3 * patch * patch))
  const side = { kernel_shape: [patch, patch], strides: [patch, patch], pads: [0, 0, 0, 0] }
  const cells = graph.node('Conv', [pixels, kernel, layers.random(`${embed}.bias`, [dim], 0.1)], side)
  const patches = graph.node('Transpose', [graph.node('Reshape', [cells, graph.indices([0, dim, -1])])], {
    perm: [0, 2, 1],
  })
  const batch = graph.node('Gather', [graph.node('Shape', [pixels]), graph.indices([0])], { axis: 0 })
  const repeated = (tokens: string, count: number): string => {
    const shape = graph.node('Concat', [batch, graph.indices([count, dim])], { axis: 0 })
    return graph.node('Expand', [tokens, shape])
  }
  const cls = repeated(layers.random('embeddings.cls_token', [1, 1, dim], 0.5), 1)
  const tokens = graph.node('Concat', [cls, patches], { axis: 1 })
  let x = graph.node('Add', [tokens, layers.positions(cells)])
  if (registers > 0) {
    const own = repeated(layers.random('embeddings.register_tokens', [1, registers, dim], 0.5), registers)
    const part = (from: number, to: number): string =>
      graph.node('Slice', [x, graph.indices([from]), graph.indices([to]), graph.indices([1])])
    x = graph.node('Concat', [part(0, 1), own, part(1, 2 ** 31)], { axis: 1 })
  }
  for (let i = 0; i < depth; i++) x = layers.block(x, `encoder.layer.${i}`)
  graph.node('Identity', [layers.norm(x, 'layernorm')], {}, 'last_hidden_state')
  graph.output('last_hidden_state', ['batch_size', 'tokens', dim])
  return graph.finish('main_graph', {})
}

interface ExportedLayers {
  /** A named parameter: normal numbers times `scale`, around `mean`. */
  random(name: string, shape: readonly number[], scale: number, mean?: number): string
  norm(x: string, name: string): string
  block(x: string, name: string): string
  /** The table, resampled to the grid of `cells` (b, dim, rows, columns). */
  positions(cells: string): string
}

function exportedLayers(graph: GraphBuilder, vit: TinyVit): ExportedLayers {
  const { dim, heads, mlp, exporter, grid } = vit
  const draws = createRandom(vit.seed)
  let anonymous = 1000
  const random: ExportedLayers['random'] = (name, shape, scale, mean = 0) =>
    graph.constant(normals(draws, shape, scale, mean), shape, name)
  const scalar = (value: number): string => graph.constant(Float32Array.of(value), [])

  const linear = (x: string, name: string, inputs: number, outputs: number): string => {
    const scale = 1 / Math.sqrt(inputs)
    const bias = random(`${name}.bias`, [outputs], 0.1)
    if (exporter === 'script') {
      const matrix = random(`onnx::MatMul_${anonymous++}`, [inputs, outputs], scale)
      return graph.node('Add', [bias, graph.node('MatMul', [x, matrix])])
    }
    const weight = random(`${name}.weight`, [outputs, inputs], scale)
    const turned = graph.node('Transpose', [weight], { perm: [1, 0] })
    return graph.node('Add', [graph.node('MatMul', [x, turned]), bias])
  }

  const norm: ExportedLayers['norm'] = (x, name) => {
    const weight = random(`${name}.weight`, [dim], 0.2, 1)
    const bias = random(`${name}.bias`, [dim], 0.1)
    if (exporter === 'program') {
      return graph.node('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: { float: 1e-6 } })
    }
    const mean = (of: string): string => graph.node('ReduceMean', [of], { axes: [-1], keepdims: 1 })
    const centred = graph.node('Sub', [x, mean(x)])
    const variance = mean(graph.node('Pow', [centred, scalar(2)]))
    const deviation = graph.node('Sqrt', [graph.node('Add', [variance, scalar(1e-6)])])
    return graph.node('Add', [graph.node('Mul', [graph.node('Div', [centred, deviation]), weight]), bias])
  }

  const attention = (x: string, name: string): string => {
    const split = (part: string, perm: readonly number[]): string => {
      const y = linear(x, `${name}.attention.${part}`, dim, dim)
      const byHead = graph.node('Reshape', [y, graph.indices([0, -1, heads, dim / heads])])
      return graph.node('Transpose', [byHead], { perm })
    }
    const query = split('query', [0, 2, 1, 3])
    const key = split('key', [0, 2, 3, 1])
    const value = split('value', [0, 2, 1, 3])
    const scores = graph.node('Div', [graph.node('MatMul', [query, key]), scalar(Math.sqrt(dim / heads))])
    const seen = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value])
    const joined = graph.node('Transpose', [seen], { perm: [0, 2, 1, 3] })
    const rows = graph.node('Reshape', [joined, graph.indices([0, -1, dim])])
    return linear(rows, `${name}.output.dense`, dim, dim)
  }

  const gelu = (x: string): string => {
    const erf = graph.node('Erf', [graph.node('Div', [x, scalar(Math.SQRT2)])])
    return graph.node('Mul', [graph.node('Mul', [x, graph.node('Add', [erf, scalar(1)])]), scalar(0.5)])
  }

  return {
    random,
    norm,
    block: (x, name) => {
      const scaled = (y: string, scale: string): string =>
        graph.node('Mul', [y, random(`${name}.${scale}.lambda1`, [dim], 0.2, 0.6)])
      const attended = attention(norm(x, `${name}.norm1`), `${name}.attention`)
      const middle = graph.node('Add', [scaled(attended, 'layer_scale1'), x])
      const hidden = gelu(linear(norm(middle, `${name}.norm2`), `${name}.mlp.fc1`, dim, mlp))
      return graph.node('Add', [scaled(linear(hidden, `${name}.mlp.fc2`, mlp, dim), 'layer_scale2'), middle])
    },
    positions: (cells) => {
      const table = normals(draws, [1 + grid * grid, dim], 0.5, 0)
      const { first, learned } =
        exporter === 'script' ? cutTable(graph, vit, table, anonymous++) : namedTable(graph, vit, table)
      const shape = graph.node('Shape', [cells])
      const size = graph.node('Gather', [shape, graph.indices([2, 3])], { axis: 0 })
      const sizes = graph.node('Concat', [graph.indices([1, dim]), size], { axis: 0 })
      const resized = graph.node('Resize', [learned, null, null, sizes], {
        mode: 'cubic',
        cubic_coeff_a: { float: -0.75 },
        coordinate_transformation_mode: 'pytorch_half_pixel',
        nearest_mode: 'floor',
      })
      const rows = graph.node('Reshape', [
        graph.node('Transpose', [resized], { perm: [0, 2, 3, 1] }),
        graph.indices([1, -1, dim]),
      ])
      return graph.node('Concat', [first, rows], { axis: 1 })
    },
  }
}

/** The table as constant folding leaves it: the class position, and the grid with the channels first. */
function cutTable(
  graph: GraphBuilder,
  { dim, grid }: TinyVit,
  table: Float32Array,
  number: number,
): { first: string; learned: string } {
  const planes = new Float32Array(dim * grid * grid)
  for (let p = 0; p < grid * grid; p++) {
    for (let c = 0; c < dim; c++) planes[c * grid * grid + p] = table[(1 + p) * dim + c]!
  }
  return {
    first: graph.constant(table.slice(0, dim), [1, 1, dim], `onnx::Concat_${number}`),
    learned: graph.constant(planes, [1, dim, grid, grid], `onnx::Resize_${number}`),
  }
}

/** The table under its name, cut by the graph. */
function namedTable(
  graph: GraphBuilder,
  { dim, grid }: TinyVit,
  table: Float32Array,
): { first: string; learned: string } {
  const whole = graph.constant(table, [1, 1 + grid * grid, dim], 'embeddings.position_embeddings')
  const part = (from: number, to: number): string =>
    graph.node('Slice', [whole, graph.indices([from]), graph.indices([to]), graph.indices([1])])
  const square = graph.node('Reshape', [part(1, 2 ** 31), graph.indices([1, grid, grid, dim])])
  return { first: part(0, 1), learned: graph.node('Transpose', [square], { perm: [0, 3, 1, 2] }) }
}

function normals(random: Random, shape: readonly number[], scale: number, mean: number): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1)
  return Float32Array.from({ length: count }, () => mean + scale * random.normal())
}

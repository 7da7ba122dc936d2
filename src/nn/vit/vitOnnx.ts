import { assert } from '../../core/assert'
import type { GraphBuilder } from '../onnx/graphBuilder'
import { IMAGENET_STANDARD } from './imagenetStandard'
import { VIT_NORM_EPSILON, type Vit } from './vit'
import { blockTensor } from './vitTensors'

/**
 * Writes `Vit.forward` of one picture as ONNX nodes, the standardisation of its colours baked into the patch kernel.
 * @param pixels name of a value (1, 3, rows * patch, columns * patch), colours in 0..1
 * @param values of `parameters` and `frozen`, by name
 * @returns names of the taps, each (1, dim, rows, columns)
 */
export function vitNodes(
  graph: GraphBuilder,
  pixels: string,
  { dims, use }: Pick<Vit, 'dims' | 'use'>,
  values: ReadonlyMap<string, Float32Array>,
): readonly string[] {
  const { dim, heads, patch, mlp, registers } = dims
  const { rows, columns, taps } = use
  const leading = 1 + registers
  const stored = (name: string, shape: readonly number[]): string =>
    graph.constant(valueOf(values, name), shape)
  const add = (a: string, b: string): string => graph.node('Add', [a, b])
  const scalar = (value: number): string => graph.constant(Float32Array.of(value), [])
  const reshape = (x: string, dims: readonly number[]): string =>
    graph.node('Reshape', [x, graph.indices(dims)])
  const linear = (x: string, name: string, inputs: number, outputs: number): string => {
    const product = graph.node('MatMul', [x, stored(`${name}.kernel`, [inputs, outputs])])
    return add(product, stored(`${name}.bias`, [outputs]))
  }
  const norm = (x: string, name: string): string => {
    const operands = [x, stored(`${name}.weight`, [dim]), stored(`${name}.bias`, [dim])]
    return graph.node('LayerNormalization', operands, { axis: -1, epsilon: { float: VIT_NORM_EPSILON } })
  }
  const attention = (qkv: string): string => {
    const byHead = reshape(qkv, [1, -1, 3, heads, dim / heads])
    const part = (which: number, perm: readonly number[]): string => {
      const one = graph.node('Gather', [byHead, graph.indices([which])], { axis: 2 })
      return graph.node('Transpose', [reshape(one, [1, -1, heads, dim / heads])], { perm })
    }
    const scores = graph.node('MatMul', [part(0, [0, 2, 1, 3]), part(1, [0, 2, 3, 1])])
    const scaled = graph.node('Mul', [scores, scalar(1 / Math.sqrt(dim / heads))])
    const seen = graph.node('MatMul', [graph.node('Softmax', [scaled], { axis: -1 }), part(2, [0, 2, 1, 3])])
    return reshape(graph.node('Transpose', [seen], { perm: [0, 2, 1, 3] }), [1, -1, dim])
  }
  const gelu = (x: string): string => {
    const erf = graph.node('Erf', [graph.node('Mul', [x, scalar(Math.SQRT1_2)])])
    return graph.node('Mul', [graph.node('Mul', [x, scalar(0.5)]), add(erf, scalar(1))])
  }
  const block = (x: string, index: number): string => {
    const of = (name: string): string => blockTensor(index, name)
    const scaled = (y: string, name: string): string => graph.node('Mul', [y, stored(of(name), [dim])])
    const seen = attention(linear(norm(x, of('norm1')), of('qkv'), dim, 3 * dim))
    const attended = add(x, scaled(linear(seen, of('proj'), dim, dim), 'scale1'))
    const hidden = gelu(linear(norm(attended, of('norm2')), of('fc1'), dim, mlp))
    return add(attended, scaled(linear(hidden, of('fc2'), mlp, dim), 'scale2'))
  }
  const tapped = (x: string): string => {
    const end = leading + rows * columns
    const range = [leading, end, 1].map((value) => graph.indices([value]))
    const patches = graph.node('Slice', [norm(x, 'norm'), ...range])
    return reshape(graph.node('Transpose', [patches], { perm: [0, 2, 1] }), [1, dim, rows, columns])
  }

  const embedded = graph.node('Conv', [pixels, ...patchConvolution(graph, values, dim, patch)], {
    kernel_shape: [patch, patch],
    strides: [patch, patch],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    group: 1,
  })
  const patches = graph.node('Transpose', [reshape(embedded, [1, dim, rows * columns])], { perm: [0, 2, 1] })
  const placed = add(patches, stored('positions', [1, rows * columns, dim]))
  let x = graph.node('Concat', [stored('leading', [1, leading, dim]), placed], { axis: 1 })
  const names: string[] = []
  for (let index = 0; index <= taps.at(-1)!; index++) {
    x = block(x, index)
    if (taps.includes(index)) names.push(tapped(x))
  }
  return names
}

/** Kernel (dim, 3, patch, patch) and bias of the patch embedding for colours in 0..1: W ((x - mean) / std) + b. */
function patchConvolution(
  graph: GraphBuilder,
  values: ReadonlyMap<string, Float32Array>,
  dim: number,
  patch: number,
): readonly [string, string] {
  const rowsFirst = valueOf(values, 'patch.kernel') // ((y * patch + x) * 3 + colour, dim)
  const pixels = patch * patch
  const kernel = new Float32Array(rowsFirst.length)
  const bias = Float64Array.from(valueOf(values, 'patch.bias'))
  for (let p = 0; p < pixels; p++) {
    for (let colour = 0; colour < 3; colour++) {
      const { mean, std } = { mean: IMAGENET_STANDARD.mean[colour]!, std: IMAGENET_STANDARD.std[colour]! }
      for (let d = 0; d < dim; d++) {
        const value = rowsFirst[(p * 3 + colour) * dim + d]! / std
        kernel[(d * 3 + colour) * pixels + p] = value
        bias[d]! -= value * mean
      }
    }
  }
  return [graph.constant(kernel, [dim, 3, patch, patch]), graph.constant(Float32Array.from(bias), [dim])]
}

function valueOf(values: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const value = values.get(name)
  assert(value !== undefined, `no weight ${name}`)
  return value
}

import { readGraph, sourceOf, tensorFloats, type GraphNode, type OnnxGraph } from '../onnx/readGraph'
import type { PositionRule } from './positionTable'
import { WeightsFault } from './weightsFault'
import { transposed, type LinearWeights, type StoredTensor, type WeightSource } from './weightSource'

/**
 * Weights in an ONNX graph. Exporters keep the names of biases, norms and tokens. The matrices they often transpose and
 * rename ("onnx::MatMul_1234"), and the position table they cut into constants; those are found by what the graph does
 * with them. Throws `OnnxFault`, or `WeightsFault` where the graph was rewritten beyond recognition.
 */
export function onnxSource(file: Uint8Array<ArrayBuffer>): WeightSource {
  const graph = readGraph(file)
  const links = linksOf(graph)
  const resize = graph.nodes.find(
    ({ operator, attributes }) => operator === 'Resize' && attributes.get('mode')?.text === 'cubic',
  )
  return {
    names: [...graph.tensors.keys(), ...graph.producers.keys()],
    positionRule: resize === undefined ? null : ruleOf(resize),
    tensor: (name) => stored(links, name),
    linear: (name) => linear(links, name),
    positions: (name) => {
      const table = stored(links, name)
      if (table !== null) return { dims: table.dims, values: table.floats() }
      return resize === undefined ? null : resizedPositions(links, resize)
    },
  }
}

interface Links {
  readonly graph: OnnxGraph
  readonly consumers: ReadonlyMap<string, readonly GraphNode[]>
}

function linksOf(graph: OnnxGraph): Links {
  const consumers = new Map<string, GraphNode[]>()
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      const list = consumers.get(input)
      if (list === undefined) consumers.set(input, [node])
      else list.push(node)
    }
  }
  return { graph, consumers }
}

/** A file may lie about its graph, even with loops: no walk is longer than this. */
const MAX_STEPS = 16
/** Nodes that hand values on as they are. */
const SAME_VALUES = ['Identity', 'Cast']

/** The stored tensor behind a name. */
function stored({ graph }: Links, name: string): StoredTensor | null {
  const source = sourceOf(graph, name, SAME_VALUES)
  const node = graph.producers.get(source)
  const constant = node?.operator === 'Constant' ? node.attributes.get('value')?.tensor : null
  const tensor = graph.tensors.get(source) ?? constant
  return tensor == null ? null : { dims: tensor.dims, floats: () => tensorFloats(tensor) }
}

function linear(links: Links, name: string): LinearWeights {
  const bias = stored(links, `${name}.bias`)
  if (bias === null) throw new WeightsFault(`there is no layer "${name}" with a bias`)
  for (const { matrix, isTransposed } of matricesBeside(links, `${name}.bias`)) {
    const [rows, columns] = matrix.dims
    if (matrix.dims.length !== 2 || rows === undefined || columns === undefined) continue
    const values = matrix.floats()
    return isTransposed
      ? { inputs: columns, outputs: rows, kernel: transposed(values, rows, columns), bias: bias.floats() }
      : { inputs: rows, outputs: columns, kernel: values, bias: bias.floats() }
  }
  throw new WeightsFault(
    `the matrix of "${name}" was not found beside its bias; use the float32 model as it was exported, not an optimised or quantised one`,
  )
}

interface Matrix {
  readonly matrix: StoredTensor
  /** Stored as (out, in). */
  readonly isTransposed: boolean
}

/** Matrices whose product the values called `bias` are added to. */
function* matricesBeside(links: Links, bias: string): Generator<Matrix> {
  for (const node of consumersOf(links, bias)) {
    if (node.operator === 'Gemm') {
      const found = matrixOf(links, node.inputs[1] ?? '')
      if (found === null) continue
      yield {
        ...found,
        isTransposed: found.isTransposed !== (node.attributes.get('transB')?.integers[0] === 1),
      }
    }
    for (const input of node.inputs) {
      const product = producerOf(links, input)
      if (product?.operator !== 'MatMul') continue
      const found = matrixOf(links, product.inputs[1] ?? '')
      if (found !== null) yield found
    }
  }
}

/** Nodes that use a value, or a copy of it. */
function consumersOf({ consumers }: Links, name: string): readonly GraphNode[] {
  const found: GraphNode[] = []
  const names = [name]
  for (let step = 0; step < MAX_STEPS && names.length > 0; step++) {
    for (const node of consumers.get(names.shift()!) ?? []) {
      if (!SAME_VALUES.includes(node.operator)) found.push(node)
      else if (node.outputs[0] !== undefined) names.push(node.outputs[0])
    }
  }
  return found
}

/** The node that computes a value, seen through copies. */
function producerOf({ graph }: Links, name: string): GraphNode | undefined {
  return graph.producers.get(sourceOf(graph, name, SAME_VALUES))
}

function matrixOf(links: Links, name: string): Matrix | null {
  const direct = stored(links, name)
  if (direct !== null) return { matrix: direct, isTransposed: false }
  const producer = producerOf(links, name)
  if (producer?.operator !== 'Transpose') return null
  const matrix = stored(links, producer.inputs[0] ?? '')
  return matrix === null ? null : { matrix, isTransposed: true }
}

/** The attributes of ONNX's `Resize`, defaults included. Where its scale comes from is not said: the plain size. */
function ruleOf({ attributes }: GraphNode): PositionRule {
  return {
    antialias: attributes.get('antialias')?.integers[0] === 1,
    cubic: attributes.get('cubic_coeff_a')?.float ?? -0.75,
    offset: 0,
  }
}

const SAME_NUMBERS = ['Identity', 'Cast', 'Reshape', 'Transpose', 'Unsqueeze', 'Squeeze', 'Slice']

/** The table that `resize` brings to the picture's grid, with the class token's position that is put before it. */
function resizedPositions(
  links: Links,
  resize: GraphNode,
): { readonly dims: readonly number[]; readonly values: Float32Array } | null {
  const table = stored(links, resize.inputs[0] ?? '')
  const [one, dim, rows, columns] = table?.dims ?? []
  if (table === null || one !== 1 || dim === undefined || rows === undefined || columns !== rows) return null
  const first = vectorBefore(links, resize, dim)
  if (first === null) return null
  const values = new Float32Array((1 + rows * rows) * dim)
  values.set(first)
  values.set(transposed(table.floats(), dim, rows * rows), dim)
  return { dims: [1, 1 + rows * rows, dim], values }
}

/** The stored vector that is concatenated before what a node gives. */
function vectorBefore(links: Links, from: GraphNode, dim: number): Float32Array | null {
  let names: readonly string[] = from.outputs.slice(0, 1)
  for (let step = 0; step < MAX_STEPS; step++) {
    const next: string[] = []
    for (const name of names) {
      for (const node of links.consumers.get(name) ?? []) {
        const before = node.operator === 'Concat' ? stored(links, node.inputs[0] ?? '') : null
        if (before !== null && before.dims.reduce((a, b) => a * b, 1) === dim) return before.floats()
        if (SAME_NUMBERS.includes(node.operator) && node.outputs[0] !== undefined) next.push(node.outputs[0])
      }
    }
    names = next.slice(0, MAX_STEPS)
  }
  return null
}

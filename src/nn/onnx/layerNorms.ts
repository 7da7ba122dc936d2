import { floatsOf, type GraphNode, type OnnxGraph } from './readGraph'

/** A normalisation of the last axis inside a graph: y = (x - mean) / sqrt(var + epsilon) * scale + shift. */
export interface LayerNorm {
  readonly input: string
  readonly output: string
  readonly scale: Float32Array
  readonly shift: Float32Array
  readonly epsilon: number
}

/**
 * The layer normalisations of a graph whose weights are stored, in the order they run: single nodes
 * (`LayerNormalization`) and the pieces that older exporters write (`ReduceMean`, `Sub`, `Pow`, `ReduceMean`, `Add`,
 * `Sqrt`, `Div`, `Mul`, `Add`).
 */
export function layerNormsOf(graph: OnnxGraph): readonly LayerNorm[] {
  const consumers = new Map<string, GraphNode[]>()
  for (const node of graph.nodes) {
    for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), node])
  }
  const norms: LayerNorm[] = []
  for (const node of graph.nodes) {
    const norm = node.operator === 'LayerNormalization' ? whole(graph, node) : pieces(graph, consumers, node)
    if (norm !== null) norms.push(norm)
  }
  return norms
}

function whole(graph: OnnxGraph, { inputs, outputs, attributes }: GraphNode): LayerNorm | null {
  const [input, scaleName, shiftName] = inputs
  const scale = scaleName === undefined ? null : floatsOf(graph, scaleName)
  if (input === undefined || scale === null) return null
  const hasShift = shiftName !== undefined && shiftName !== ''
  const shift = hasShift ? floatsOf(graph, shiftName) : new Float32Array(scale.length)
  if (shift === null) return null
  // The default is that of the operator's definition.
  return { input, output: outputs[0]!, scale, shift, epsilon: attributes.get('epsilon')?.float ?? 1e-5 }
}

type Consumers = ReadonlyMap<string, readonly GraphNode[]>

/** `sub` may be the x - mean(x) from which such a chain starts. */
function pieces(graph: OnnxGraph, consumers: Consumers, sub: GraphNode): LayerNorm | null {
  const [input, meanName] = sub.inputs
  if (sub.operator !== 'Sub' || input === undefined || meanName === undefined) return null
  const mean = graph.producers.get(meanName)
  if (mean?.operator !== 'ReduceMean' || mean.inputs[0] !== input) return null
  const divide = consumerOf(consumers, sub.outputs[0]!, 'Div')
  const root = divide === null ? undefined : graph.producers.get(divide.inputs[1] ?? '')
  if (divide === null || root?.operator !== 'Sqrt') return null
  const variance = graph.producers.get(root.inputs[0] ?? '')
  const multiply = consumerOf(consumers, divide.outputs[0]!, 'Mul')
  const add = multiply === null ? null : consumerOf(consumers, multiply.outputs[0]!, 'Add')
  if (variance?.operator !== 'Add' || multiply === null || add === null) return null
  const epsilon = storedOperand(graph, variance)
  const scale = storedOperand(graph, multiply)
  const shift = storedOperand(graph, add)
  if (epsilon === null || scale === null || shift === null) return null
  return { input, output: add.outputs[0]!, scale, shift, epsilon: epsilon[0]! }
}

function consumerOf(consumers: Consumers, name: string, operator: string): GraphNode | null {
  return consumers.get(name)?.find((node) => node.operator === operator) ?? null
}

function storedOperand(graph: OnnxGraph, { inputs }: GraphNode): Float32Array | null {
  for (const name of inputs) {
    const values = floatsOf(graph, name)
    if (values !== null) return values
  }
  return null
}

/** Normalises rows of `scale.length` values, in place. Sums in double precision. */
export function normaliseRows(rows: Float32Array, { scale, shift, epsilon }: LayerNorm): void {
  const width = scale.length
  for (let from = 0; from < rows.length; from += width) {
    let sum = 0
    for (let c = 0; c < width; c++) sum += rows[from + c]!
    const mean = sum / width
    let squares = 0
    for (let c = 0; c < width; c++) squares += (rows[from + c]! - mean) ** 2
    const inverse = 1 / Math.sqrt(squares / width + epsilon)
    for (let c = 0; c < width; c++)
      rows[from + c] = (rows[from + c]! - mean) * inverse * scale[c]! + shift[c]!
  }
}

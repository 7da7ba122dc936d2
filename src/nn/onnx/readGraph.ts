import { decodeHalf } from '../../ml/float16'
import { ELEMENTS } from './graphBuilder'
import { fieldsOf, OnnxFault, packedIntegers, textOf, type MessageField } from './protobufFields'

export interface GraphNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Everything it reads: its inputs, and what graphs inside its attributes (If, Loop) take from outside. */
  readonly reads: readonly string[]
  /** By name; text, whole numbers and graphs are left out. */
  readonly attributes: ReadonlyMap<string, GraphAttribute>
}

export interface GraphAttribute {
  readonly float: number | null
  readonly integers: readonly number[]
  readonly tensor: GraphTensor | null
}

/** A stored tensor; its numbers are read when somebody asks (`floatsOf`). */
export interface GraphTensor {
  readonly name: string
  /** `TensorProto.DataType`. */
  readonly type: number
  readonly dims: readonly number[]
  readonly isExternal: boolean
  /** The `TensorProto`. */
  readonly message: Uint8Array
}

export interface GraphValue {
  readonly name: string
  /** `TensorProto.DataType`; 0 when the file does not say. */
  readonly type: number
}

/** An ONNX file, read without its numbers: nodes in the order they run, tensors by name, what goes in and comes out. */
export interface OnnxGraph {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly nodes: readonly GraphNode[]
  readonly tensors: ReadonlyMap<string, GraphTensor>
  /** Without the tensors, which old exporters list among the inputs. */
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  /** Which node makes a value. */
  readonly producers: ReadonlyMap<string, GraphNode>
}

/** Reads a `ModelProto` (field numbers: onnx/onnx.proto). Throws `OnnxFault` for what is none. */
export function readGraph(bytes: Uint8Array<ArrayBuffer>): OnnxGraph {
  const nodes: GraphNode[] = []
  const tensors = new Map<string, GraphTensor>()
  const inputs: GraphValue[] = []
  const outputs: GraphValue[] = []
  for (const model of fieldsOf(bytes)) {
    if (model.field !== 7 || model.kind !== 'delimited') continue
    for (const part of fieldsOf(model.bytes)) {
      if (part.kind !== 'delimited') continue
      if (part.field === 1) nodes.push(readNode(part.bytes))
      if (part.field === 5) {
        const tensor = readTensor(part.bytes)
        tensors.set(tensor.name, tensor)
      }
      if (part.field === 11) inputs.push(readValue(part.bytes))
      if (part.field === 12) outputs.push(readValue(part.bytes))
    }
  }
  if (outputs.length === 0) throw new OnnxFault('it is not an ONNX model')
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])))
  return {
    bytes,
    nodes,
    tensors,
    inputs: inputs.filter(({ name }) => !tensors.has(name)),
    outputs,
    producers,
  }
}

/** A file may lie about its graph, even with loops: no walk through nodes that pass a value on is longer. */
const MAX_STEPS = 16

/** The name of the value itself, behind nodes of these kinds, which hand on their first input. */
export function sourceOf(
  graph: OnnxGraph,
  name: string,
  operators: readonly string[] = ['Identity'],
): string {
  let at = name
  for (let step = 0; step < MAX_STEPS; step++) {
    const node = graph.producers.get(at)
    if (node === undefined || !operators.includes(node.operator)) return at
    at = node.inputs[0] ?? ''
  }
  return at
}

/**
 * The numbers of a stored value, also behind `Constant`, `Identity` and `Cast`. Null when the value is computed, lies in
 * another file, or is neither float32 nor float16.
 */
export function floatsOf(graph: OnnxGraph, name: string): Float32Array | null {
  const source = sourceOf(graph, name, ['Identity', 'Cast'])
  const stored = graph.tensors.get(source)
  if (stored !== undefined) return tensorFloats(stored)
  const node = graph.producers.get(source)
  if (node?.operator !== 'Constant') return null
  const constant = node.attributes.get('value') ?? node.attributes.get('value_float')
  if (constant?.tensor != null) return tensorFloats(constant.tensor)
  return constant?.float == null ? null : Float32Array.of(constant.float)
}

/** `raw_data`, or the numbers one by one or packed: `float_data`, and `int32_data` for the bits of halves. */
function tensorFloats({ message, type, dims, isExternal }: GraphTensor): Float32Array | null {
  if (isExternal || (type !== ELEMENTS.float32 && type !== ELEMENTS.float16)) return null
  const count = dims.reduce((a, b) => a * b, 1)
  const isHalf = type === ELEMENTS.float16
  const found: number[] = []
  for (const part of fieldsOf(message)) {
    if (part.field === 9 && part.kind === 'delimited') return littleEndian(part.bytes, isHalf, count)
    if (part.field === 4 && !isHalf) found.push(...littleEndian(part.bytes, false, part.bytes.length / 4))
    if (part.field === 5 && isHalf) found.push(...integersOf(part))
  }
  if (found.length !== count)
    throw new OnnxFault(`a stored tensor holds ${found.length} values, not ${count}`)
  return isHalf ? decodeHalf(Uint16Array.from(found)) : Float32Array.from(found)
}

function littleEndian(bytes: Uint8Array, isHalf: boolean, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < count * (isHalf ? 2 : 4))
    throw new OnnxFault('a stored tensor is shorter than its shape')
  if (isHalf) return decodeHalf(Uint16Array.from({ length: count }, (_, i) => view.getUint16(i * 2, true)))
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true))
}

function readNode(bytes: Uint8Array): GraphNode {
  const inputs: string[] = []
  const outputs: string[] = []
  const inner: string[] = []
  const attributes = new Map<string, GraphAttribute>()
  let operator = ''
  for (const part of fieldsOf(bytes)) {
    if (part.kind !== 'delimited') continue
    if (part.field === 1) inputs.push(textOf(part.bytes))
    if (part.field === 2) outputs.push(textOf(part.bytes))
    if (part.field === 4) operator = textOf(part.bytes)
    if (part.field === 5) readAttribute(part.bytes, attributes, inner)
  }
  const reads = [...inputs, ...inner].filter((name) => name !== '')
  return { operator, inputs, outputs, reads, attributes }
}

/** `AttributeProto`: f, t, g and ints. */
function readAttribute(bytes: Uint8Array, attributes: Map<string, GraphAttribute>, inner: string[]): void {
  let name = ''
  let float: number | null = null
  let tensor: GraphTensor | null = null
  const integers: number[] = []
  for (const part of fieldsOf(bytes)) {
    const { field, kind, bytes: value } = part
    if (field === 1 && kind === 'delimited') name = textOf(value)
    if (field === 2 && kind === 'fixed') float = littleEndian(value, false, 1)[0]!
    if (field === 5 && kind === 'delimited') tensor = readTensor(value)
    if (field === 6 && kind === 'delimited') inner.push(...namesReadBy(value))
    if (field === 8) integers.push(...integersOf(part))
  }
  attributes.set(name, { float, integers, tensor })
}

/** Names that the nodes of an inner graph read; those it makes itself are among them and do no harm. */
function namesReadBy(graph: Uint8Array): string[] {
  const names: string[] = []
  for (const { field, kind, bytes } of fieldsOf(graph)) {
    if (kind !== 'delimited') continue
    if (field === 1) names.push(...readNode(bytes).reads)
    if (field === 12) names.push(readValue(bytes).name)
  }
  return names
}

function readTensor(message: Uint8Array): GraphTensor {
  const dims: number[] = []
  let name = ''
  let type = 0
  let isExternal = false
  for (const part of fieldsOf(message)) {
    if (part.field === 1) dims.push(...integersOf(part))
    if (part.field === 2) type = part.integer
    if (part.field === 8) name = textOf(part.bytes)
    if (part.field === 14) isExternal = part.integer === 1
  }
  return { name, type, dims, isExternal, message }
}

function readValue(bytes: Uint8Array): GraphValue {
  let name = ''
  let type = 0
  for (const part of fieldsOf(bytes)) {
    if (part.kind !== 'delimited') continue
    if (part.field === 1) name = textOf(part.bytes)
    if (part.field !== 2) continue
    for (const tensor of fieldsOf(part.bytes)) {
      if (tensor.field !== 1 || tensor.kind !== 'delimited') continue
      for (const facts of fieldsOf(tensor.bytes)) if (facts.field === 1) type = facts.integer
    }
  }
  return { name, type }
}

/** Longer lists are no shape, attribute or small weight of a network that a tab could run. */
const MAX_LIST = 2 ** 20

function integersOf({ kind, bytes, integer }: MessageField): readonly number[] {
  return kind === 'integer' ? [integer] : packedIntegers(bytes, MAX_LIST)
}

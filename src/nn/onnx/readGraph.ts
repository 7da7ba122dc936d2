import { decodeHalf } from '../../ml/float16'
import { ELEMENTS } from './graphBuilder'
import { fieldsOf, OnnxFault, packedIntegers, textOf, type MessageField } from './protobufFields'

export interface GraphNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Everything it reads: its inputs, and what graphs inside its attributes (If, Loop) take from outside. */
  readonly reads: readonly string[]
  /** By name; graphs are left out. */
  readonly attributes: ReadonlyMap<string, GraphAttribute>
}

export interface GraphAttribute {
  readonly float: number | null
  /** A whole number is a list of one. */
  readonly integers: readonly number[]
  readonly text: string | null
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
  if (stored !== undefined) return floatsOrNull(stored)
  const node = graph.producers.get(source)
  if (node?.operator !== 'Constant') return null
  const constant = node.attributes.get('value') ?? node.attributes.get('value_float')
  if (constant?.tensor != null) return floatsOrNull(constant.tensor)
  return constant?.float == null ? null : Float32Array.of(constant.float)
}

function floatsOrNull(tensor: GraphTensor): Float32Array | null {
  return tensor.isExternal || !isFloat(tensor.type) ? null : tensorFloats(tensor)
}

/**
 * The numbers of a stored tensor, float32 or float16, as many as its shape says; a copy. They lie in `raw_data`, or one by
 * one or packed in `float_data`, and in `int32_data` as the bits of halves. Throws `OnnxFault` naming the tensor when they
 * lie in another file, are of another element type or of another number.
 */
export function tensorFloats({
  name,
  message,
  type,
  dims,
  isExternal,
}: GraphTensor): Float32Array<ArrayBuffer> {
  if (isExternal) throw new OnnxFault(`the values of "${name}" lie in another file; use a model in one file`)
  if (!isFloat(type)) {
    throw new OnnxFault(
      `"${name}" is neither float32 nor float16; use the float32 model, not a quantised one`,
    )
  }
  let raw: Uint8Array | null = null
  const singles: Uint8Array[] = []
  const halves: number[] = []
  for (const part of fieldsOf(message)) {
    if (part.field === 4) singles.push(part.bytes)
    if (part.field === 5) append(halves, part, MAX_HALVES)
    if (part.field === 9) raw = part.bytes
  }
  const values =
    type === ELEMENTS.float32
      ? new Float32Array(aligned(raw ?? joined(singles), 4))
      : decodeHalf(raw === null ? Uint16Array.from(halves) : new Uint16Array(aligned(raw, 2)))
  const count = dims.reduce((a, b) => a * b, 1)
  if (dims.some((dim) => dim < 0) || values.length !== count) {
    throw new OnnxFault(`"${name}" of shape ${dims.join(' x ')} holds ${values.length} values`)
  }
  return values
}

const isFloat = (type: number): boolean => type === ELEMENTS.float32 || type === ELEMENTS.float16

/** A copy that starts at a whole value. The file's byte order, little-endian, is that of every machine with a browser. */
function aligned(bytes: Uint8Array, bytesPerValue: number): ArrayBuffer {
  if (bytes.length % bytesPerValue !== 0) throw new OnnxFault('a tensor ends inside a value')
  return bytes.slice().buffer as ArrayBuffer
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function readNode(bytes: Uint8Array, depth = 0): GraphNode {
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
    if (part.field === 5) readAttribute(part.bytes, attributes, inner, depth)
  }
  const reads = [...inputs, ...inner].filter((name) => name !== '')
  return { operator, inputs, outputs, reads, attributes }
}

/** `AttributeProto`: f, i, s, t, g and ints. */
function readAttribute(
  bytes: Uint8Array,
  attributes: Map<string, GraphAttribute>,
  inner: string[],
  depth: number,
): void {
  let name = ''
  let float: number | null = null
  let text: string | null = null
  let tensor: GraphTensor | null = null
  const integers: number[] = []
  for (const part of fieldsOf(bytes)) {
    const { field, kind, bytes: value } = part
    if (field === 1 && kind === 'delimited') name = textOf(value)
    if (field === 2 && kind === 'fixed') float = singleOf(value)
    if (field === 5 && kind === 'delimited') tensor = readTensor(value)
    if (field === 3 && kind === 'integer') integers.push(part.integer)
    if (field === 4 && kind === 'delimited') text = textOf(value)
    if (field === 6 && kind === 'delimited')
      for (const read of namesReadBy(value, depth + 1)) inner.push(read)
    if (field === 8) append(integers, part, MAX_LIST)
  }
  attributes.set(name, { float, integers, text, tensor })
}

/** Names that the nodes of an inner graph read; those it makes itself are among them and do no harm. */
function namesReadBy(graph: Uint8Array, depth: number): string[] {
  if (depth > MAX_GRAPH_DEPTH) throw new OnnxFault('its graphs lie too deep in each other')
  const names: string[] = []
  for (const { field, kind, bytes } of fieldsOf(graph)) {
    if (kind !== 'delimited') continue
    if (field === 1) for (const read of readNode(bytes, depth).reads) names.push(read)
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
    if (part.field === 1) append(dims, part, MAX_RANK)
    if (part.field === 2) type = part.integer
    if (part.field === 8) name = textOf(part.bytes)
    if (part.field === 13 || (part.field === 14 && part.integer === 1)) isExternal = true
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

/** Graphs in graphs (If, Loop): no network needs more, and a file that lies must not exhaust the stack. */
const MAX_GRAPH_DEPTH = 32
/** Longer lists are no attribute, shape or list of halves of a network that a tab could run. */
const MAX_LIST = 2 ** 20
const MAX_RANK = 16
const MAX_HALVES = 2 ** 24

/** A repeated integer field comes number by number, or as packed lists of them. */
function append(list: number[], { kind, bytes, integer }: MessageField, limit: number): void {
  const more = kind === 'integer' ? [integer] : kind === 'delimited' ? packedIntegers(bytes, limit) : []
  if (list.length + more.length > limit) {
    throw new OnnxFault(`a list of numbers is longer than the ${limit} that it may have`)
  }
  for (const value of more) list.push(value)
}

function singleOf(bytes: Uint8Array): number | null {
  return bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true) : null
}

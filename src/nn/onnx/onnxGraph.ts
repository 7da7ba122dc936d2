import { decodeHalf } from '../../ml/float16'
import type { StoredTensor } from './storedTensor'
import { fieldsOf, OnnxFault, packedIntegers, textOf, type MessageField } from './protobufFields'

/** A node of an ONNX graph: what it computes from which values, and the attributes that are numbers or text. */
export interface OnnxNode {
  readonly operator: string
  /** '' where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
}

export type OnnxAttribute = number | string | readonly number[]

/** The outer graph of an ONNX file. Graphs inside If and Loop are left out. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  /** Initialisers and the tensors of `Constant` nodes, by name; float32 or float16 in this file, else `OnnxFault` when read. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** Reads nodes and stored tensors (field numbers: onnx/onnx.proto). Throws `OnnxFault`; copies no weights. */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  const nodes: OnnxNode[] = []
  const tensors = new Map<string, StoredTensor>()
  let hasGraph = false
  for (const model of fieldsOf(bytes)) {
    if (model.field !== 7 || model.kind !== 'delimited') continue
    hasGraph = true
    for (const { field, kind, bytes: part } of fieldsOf(model.bytes)) {
      if (kind !== 'delimited') continue
      if (field === 1) readNode(part, nodes, tensors)
      if (field === 5) {
        const { name, tensor } = readTensor(part)
        tensors.set(name, tensor)
      }
    }
  }
  if (!hasGraph) throw new OnnxFault('it is not an ONNX model')
  return { nodes, tensors }
}

function readNode(bytes: Uint8Array, nodes: OnnxNode[], tensors: Map<string, StoredTensor>): void {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, OnnxAttribute>()
  let operator = ''
  let constant: StoredTensor | null = null
  for (const { field, kind, bytes: part } of fieldsOf(bytes)) {
    if (kind !== 'delimited') continue
    if (field === 1) inputs.push(textOf(part))
    if (field === 2) outputs.push(textOf(part))
    if (field === 4) operator = textOf(part)
    if (field !== 5) continue
    const { name, value, tensor } = readAttribute(part)
    if (value !== null) attributes.set(name, value)
    if (tensor !== null && name === 'value') constant = tensor
  }
  if (operator === 'Constant') {
    if (constant !== null && outputs[0] !== undefined) tensors.set(outputs[0], constant)
    return
  }
  nodes.push({ operator, inputs, outputs, attributes })
}

/** `AttributeProto`: f, i, s, t and ints. */
function readAttribute(bytes: Uint8Array): {
  name: string
  value: OnnxAttribute | null
  tensor: StoredTensor | null
} {
  let name = ''
  let value: OnnxAttribute | null = null
  let tensor: StoredTensor | null = null
  const list: number[] = []
  for (const part of fieldsOf(bytes)) {
    if (part.field === 1 && part.kind === 'delimited') name = textOf(part.bytes)
    if (part.field === 2 && part.kind === 'fixed' && part.bytes.length === 4) value = singleOf(part.bytes)
    if (part.field === 3 && part.kind === 'integer') value = part.integer
    if (part.field === 4 && part.kind === 'delimited') value = textOf(part.bytes)
    if (part.field === 5 && part.kind === 'delimited') tensor = readTensor(part.bytes).tensor
    if (part.field === 8) append(list, part, MAX_LIST)
  }
  return { name, value: value ?? (list.length > 0 ? list : null), tensor }
}

const FLOAT32 = 1
/** Longer lists than these are no attribute, shape or list of halves of a network that a tab could run. */
const MAX_LIST = 4096
const MAX_RANK = 16
const MAX_HALVES = 2 ** 24
const FLOAT16 = 10
/** `TensorProto.DataLocation`: the values lie in another file. */
const EXTERNAL = 1

function readTensor(bytes: Uint8Array): { name: string; tensor: StoredTensor } {
  const dims: number[] = []
  let name = ''
  let type = 0
  let isExternal = false
  let raw: Uint8Array | null = null
  const singles: Uint8Array[] = []
  const halves: MessageField[] = []
  for (const part of fieldsOf(bytes)) {
    if (part.field === 1) append(dims, part, MAX_RANK)
    if (part.field === 2) type = part.integer
    if (part.field === 4) singles.push(part.bytes)
    if (part.field === 5) halves.push(part)
    if (part.field === 8) name = textOf(part.bytes)
    if (part.field === 9) raw = part.bytes
    if (part.field === 13 || (part.field === 14 && part.integer === EXTERNAL)) isExternal = true
  }
  const floats = (): Float32Array<ArrayBuffer> => {
    if (isExternal)
      throw new OnnxFault(`the values of "${name}" lie in another file; use a model in one file`)
    if (type !== FLOAT32 && type !== FLOAT16) {
      throw new OnnxFault(
        `"${name}" is neither float32 nor float16; use the float32 model, not a quantised one`,
      )
    }
    const values = type === FLOAT32 ? singlesOf(raw, singles) : halvesOf(raw, halves)
    const count = dims.reduce((a, b) => a * b, 1)
    if (dims.some((dim) => dim < 0) || values.length !== count) {
      throw new OnnxFault(`"${name}" of shape ${dims.join(' x ')} holds ${values.length} values`)
    }
    return values
  }
  return { name, tensor: { dims, floats } }
}

/** A repeated integer field comes number by number, or as packed lists of them. */
function append(list: number[], { kind, bytes, integer }: MessageField, limit: number): void {
  const more = kind === 'integer' ? [integer] : kind === 'delimited' ? packedIntegers(bytes, limit) : []
  if (list.length + more.length > limit) {
    throw new OnnxFault(`a list of numbers is longer than the ${limit} that it may have`)
  }
  for (const value of more) list.push(value)
}

function singleOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true)
}

/** `raw_data`, or `float_data`: packed, or single by single. */
function singlesOf(raw: Uint8Array | null, parts: readonly Uint8Array[]): Float32Array<ArrayBuffer> {
  const bytes = aligned(raw === null ? joined(parts) : raw, 4)
  return new Float32Array(bytes)
}

/** `raw_data`, or `int32_data`: each number the bits of a half. */
function halvesOf(raw: Uint8Array | null, parts: readonly MessageField[]): Float32Array<ArrayBuffer> {
  if (raw !== null) return decodeHalf(new Uint16Array(aligned(raw, 2)))
  const bits: number[] = []
  for (const part of parts) append(bits, part, MAX_HALVES)
  return decodeHalf(Uint16Array.from(bits))
}

/** A copy that starts at a whole number of values. The file's byte order, little-endian, is that of every machine with a browser. */
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

import { refusingFaults } from './joinRefusal'
import { createMessage } from './protobuf'
import { exactTextOf, fieldsOf } from './protobufFields'

/** What happens to the names of a graph that is put into another one. */
export interface Renaming {
  /** Of tensors; the empty name of an absent optional input stays empty. */
  readonly value: (name: string) => string
  readonly node: (name: string) => string
  /** Of sizes that are known only when the network runs. */
  readonly size: (name: string) => string
}

/** Which fields of a message hold names, and which hold messages that do. All other fields are copied as they are. */
type Schema = { readonly [field: number]: keyof Renaming | (() => Schema) }

// Field numbers of onnx.proto3. Functions, because graphs sit in attributes of nodes of graphs.
const TENSOR: Schema = { 8: 'value' }
const DIMENSION: Schema = { 2: 'size' }
const SHAPE: Schema = { 1: () => DIMENSION }
const TENSOR_TYPE: Schema = { 2: () => SHAPE }
const TYPE: Schema = { 1: () => TENSOR_TYPE }
const VALUE_INFO: Schema = { 1: 'value', 2: () => TYPE }
const ATTRIBUTE: Schema = { 6: () => GRAPH, 11: () => GRAPH }
const NODE: Schema = { 1: 'value', 2: 'value', 3: 'node', 5: () => ATTRIBUTE }
const GRAPH: Schema = {
  1: () => NODE,
  5: () => TENSOR,
  11: () => VALUE_INFO,
  12: () => VALUE_INFO,
  13: () => VALUE_INFO,
}

/** A `NodeProto`, `TensorProto` or `ValueInfoProto` with other names and all else as it was. Throws `model/incompatible`. */
export function renameNode(message: Uint8Array, renaming: Renaming): Uint8Array {
  return refusingFaults(() => renamed(message, NODE, renaming))
}

export function renameTensor(message: Uint8Array, renaming: Renaming): Uint8Array {
  return refusingFaults(() => renamed(message, TENSOR, renaming))
}

export function renameValueInfo(message: Uint8Array, renaming: Renaming): Uint8Array {
  return refusingFaults(() => renamed(message, VALUE_INFO, renaming))
}

function renamed(message: Uint8Array, schema: Schema, renaming: Renaming): Uint8Array {
  const out = createMessage()
  for (const { field, bytes, raw } of fieldsOf(message)) {
    const rule = schema[field]
    if (rule === undefined) out.raw(raw)
    else if (typeof rule === 'function') out.bytes(field, renamed(bytes, rule(), renaming))
    else {
      const name = exactTextOf(bytes)
      out.text(field, name === '' ? '' : renaming[rule](name))
    }
  }
  return out.finish()
}

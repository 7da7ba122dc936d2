import { assert } from '../../core/assert'
import { createMessage, littleEndianFloats, littleEndianIntegers, type MessageWriter } from './protobuf'

/** A dimension: its size, or the name of a size that is known only when the network runs. */
export type Dimension = number | string

/** What the values of an input or output are. */
export type ElementType = keyof typeof ELEMENTS

/** An attribute: whole numbers become INT, lists of them INTS, strings STRING, `{ float }` FLOAT. */
export type Attribute = number | readonly number[] | string | { readonly float: number }

/**
 * Writes an ONNX model, node by node in the order they run. Names of values are given or made here; inputs and outputs
 * are float32 unless they say otherwise. Field numbers are those of onnx.proto3 (ONNX 1.12, IR version 8).
 */
export interface GraphBuilder {
  input(name: string, dims: readonly Dimension[], type?: ElementType): string
  /** A float32 tensor stored in the file, under a name of its own or the one given. */
  constant(values: Float32Array, dims: readonly number[], name?: string): string
  /** An int64 vector stored in the file. */
  indices(values: readonly number[]): string
  /** Adds a node with one output and returns that output's name. `null` leaves an optional input out. */
  node(
    operator: string,
    inputs: readonly (string | null)[],
    attributes?: { readonly [name: string]: Attribute },
    output?: string,
  ): string
  output(name: string, dims: readonly Dimension[], type?: ElementType): void
  /** The file. `metadata` is kept under `metadata_props`. */
  finish(graphName: string, metadata: { readonly [key: string]: string }): Uint8Array<ArrayBuffer>
}

const IR_VERSION = 8
const OPSET = 17
/** TensorProto.DataType, which is also the value of `Cast`'s attribute `to`. */
export const ELEMENTS = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const

export function createGraphBuilder(): GraphBuilder {
  const graph = createMessage()
  const inputs: MessageWriter[] = []
  const outputs: MessageWriter[] = []
  const tensors: MessageWriter[] = []
  let values = 0
  const fresh = (prefix: string): string => `${prefix}_${values++}`

  const store = (
    type: number,
    dims: readonly number[],
    data: DataView<ArrayBuffer>,
    name = fresh('constant'),
  ): string => {
    const tensor = createMessage()
    for (const dim of dims) tensor.integer(1, dim)
    tensor.integer(2, type)
    tensor.text(8, name)
    tensor.bytes(9, new Uint8Array(data.buffer))
    tensors.push(tensor)
    return name
  }

  return {
    input: (name, dims, type = 'float32') => {
      inputs.push(valueInfo(name, dims, type))
      return name
    },
    constant: (data, dims, name) => {
      const size = dims.reduce((a, b) => a * b, 1)
      assert(size === data.length, `a constant of shape ${dims.join('x')} holds ${size}, got ${data.length}`)
      return store(ELEMENTS.float32, dims, littleEndianFloats(data), name)
    },
    indices: (data) => store(ELEMENTS.int64, [data.length], littleEndianIntegers(data)),
    node: (operator, from, attributes = {}, output = fresh(operator.toLowerCase())) => {
      const node = createMessage()
      for (const name of from) node.text(1, name ?? '')
      node.text(2, output)
      node.text(3, fresh('node'))
      node.text(4, operator)
      for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
      graph.message(1, node)
      return output
    },
    output: (name, dims, type = 'float32') => void outputs.push(valueInfo(name, dims, type)),
    finish: (graphName, metadata) => {
      graph.text(2, graphName)
      for (const tensor of tensors) graph.message(5, tensor)
      for (const value of inputs) graph.message(11, value)
      for (const value of outputs) graph.message(12, value)
      const opset = createMessage()
      opset.text(1, '')
      opset.integer(2, OPSET)
      const model = createMessage()
      model.integer(1, IR_VERSION)
      model.text(2, 'Maskwright')
      model.message(7, graph)
      model.message(8, opset)
      for (const [key, value] of Object.entries(metadata)) {
        const entry = createMessage()
        entry.text(1, key)
        entry.text(2, value)
        model.message(14, entry)
      }
      return model.finish()
    },
  }
}

function attribute(name: string, value: Attribute): MessageWriter {
  const message = createMessage()
  message.text(1, name)
  if (typeof value === 'number') {
    message.integer(3, value)
    message.integer(20, 2)
  } else if (typeof value === 'string') {
    message.text(4, value)
    message.integer(20, 3)
  } else if ('float' in value) {
    message.float(2, value.float)
    message.integer(20, 1)
  } else {
    for (const item of value) message.integer(8, item)
    message.integer(20, 7)
  }
  return message
}

/** A value's name, type and shape, for the list of inputs or outputs. */
function valueInfo(name: string, dims: readonly Dimension[], element: ElementType): MessageWriter {
  const shape = createMessage()
  for (const dim of dims) {
    const dimension = createMessage()
    if (typeof dim === 'number') dimension.integer(1, dim)
    else dimension.text(2, dim)
    shape.message(1, dimension)
  }
  const tensorType = createMessage()
  tensorType.integer(1, ELEMENTS[element])
  tensorType.message(2, shape)
  const type = createMessage()
  type.message(1, tensorType)
  const info = createMessage()
  info.text(1, name)
  info.message(2, type)
  return info
}

/** What can be known of an ONNX file without running it. */
export interface OnnxHeader {
  /** Without the weights, which old exporters list among the inputs. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Files of weights that the graph names, with the least length that each must have. */
  readonly externalData: ReadonlyMap<string, number>
}

/** The file is no ONNX model, or ends before it does; the message says which, without the file's name. */
export class OnnxFault extends Error {}

/**
 * Reads names out of an ONNX file: a `ModelProto` of protocol buffers (field numbers: onnx/onnx.proto). Weights are
 * stepped over, so a file of 100 MB takes no time. Throws `OnnxFault`.
 */
export function readOnnxHeader(bytes: Uint8Array): OnnxHeader {
  const inputs: string[] = []
  const outputs: string[] = []
  const weights = new Set<string>()
  const externalData = new Map<string, number>()
  let hasGraph = false
  const note = (location: string, end: number): void => {
    externalData.set(location, Math.max(externalData.get(location) ?? 0, end))
  }

  const readGraph = (graph: Uint8Array, isOuter: boolean): void => {
    for (const { field, value } of fieldsOf(graph)) {
      if (value === null) continue
      if (field === 1) readNode(value)
      if (field === 5) {
        const tensor = readTensor(value)
        weights.add(tensor.name)
        if (tensor.external !== null) note(tensor.external.location, tensor.external.end)
      }
      if (isOuter && field === 11) inputs.push(nameOf(value))
      if (isOuter && field === 12) outputs.push(nameOf(value))
    }
  }
  // Constants may sit in attributes of nodes, and graphs in attributes of If and Loop.
  const readNode = (node: Uint8Array): void => {
    for (const attribute of fieldsOf(node)) {
      if (attribute.field !== 5 || attribute.value === null) continue
      for (const { field, value } of fieldsOf(attribute.value)) {
        if (value === null) continue
        if (field === 6) readGraph(value, false)
        if (field !== 5) continue
        const { external } = readTensor(value)
        if (external !== null) note(external.location, external.end)
      }
    }
  }

  for (const { field, value } of fieldsOf(bytes)) {
    if (field !== 7 || value === null) continue
    hasGraph = true
    readGraph(value, true)
  }
  if (!hasGraph || outputs.length === 0) throw new OnnxFault('it is not an ONNX model')
  return { inputs: inputs.filter((name) => !weights.has(name)), outputs, externalData }
}

interface Field {
  readonly field: number
  /** The bytes of a length-delimited field; null for numbers. */
  readonly value: Uint8Array | null
}

/** Fields of one message, in order. Numbers are stepped over: nothing here needs them. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) throw new OnnxFault('it ends too early: the file is truncated or no ONNX model')
      // Lengths and tags stay far below 2^53; larger numbers are values that nobody reads.
      value += (byte & 0x7f) * 2 ** shift
      if ((byte & 0x80) === 0) return value
    }
    throw new OnnxFault('it is not an ONNX model')
  }
  while (at < message.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    if (field === 0) throw new OnnxFault('it is not an ONNX model')
    switch (tag & 7) {
      case 0:
        varint()
        yield { field, value: null }
        break
      case 1:
        at += 8
        break
      case 2: {
        const length = varint()
        if (at + length > message.length)
          throw new OnnxFault('it ends too early: the file is truncated or no ONNX model')
        yield { field, value: message.subarray(at, at + length) }
        at += length
        break
      }
      case 5:
        at += 4
        break
      default:
        throw new OnnxFault('it is not an ONNX model')
    }
  }
}

/** `TensorProto`: its name, and where its values lie when they lie in another file. */
function readTensor(tensor: Uint8Array): {
  name: string
  external: { location: string; end: number } | null
} {
  let name = ''
  const entries = new Map<string, string>()
  for (const { field, value } of fieldsOf(tensor)) {
    if (value === null) continue
    if (field === 8) name = text(value)
    if (field === 13) {
      let key = ''
      let entry = ''
      for (const part of fieldsOf(value)) {
        if (part.value === null) continue
        if (part.field === 1) key = text(part.value)
        if (part.field === 2) entry = text(part.value)
      }
      entries.set(key, entry)
    }
  }
  const location = entries.get('location')
  const end = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0)
  return { name, external: location === undefined ? null : { location, end } }
}

/** Name of a `ValueInfoProto`. */
function nameOf(valueInfo: Uint8Array): string {
  for (const { field, value } of fieldsOf(valueInfo)) if (field === 1 && value !== null) return text(value)
  return ''
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

import { fieldsOf, OnnxFault, textOf, textOfField } from '../../nn/onnx/protobufFields'

/** What can be known of an ONNX file without running it. */
export interface OnnxHeader {
  /** Without the weights, which old exporters list among the inputs. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Files of weights that the graph names, with the least length that each must have. */
  readonly externalData: ReadonlyMap<string, number>
}

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
    for (const { field, value } of partsOf(graph)) {
      if (value === null) continue
      if (field === 1) readNode(value)
      if (field === 5) {
        const tensor = readTensor(value)
        weights.add(tensor.name)
        if (tensor.external !== null) note(tensor.external.location, tensor.external.end)
      }
      if (isOuter && field === 11) inputs.push(textOfField(value, 1))
      if (isOuter && field === 12) outputs.push(textOfField(value, 1))
    }
  }
  // Constants may sit in attributes of nodes, and graphs in attributes of If and Loop.
  const readNode = (node: Uint8Array): void => {
    for (const attribute of partsOf(node)) {
      if (attribute.field !== 5 || attribute.value === null) continue
      for (const { field, value } of partsOf(attribute.value)) {
        if (value === null) continue
        if (field === 6) readGraph(value, false)
        if (field !== 5) continue
        const { external } = readTensor(value)
        if (external !== null) note(external.location, external.end)
      }
    }
  }

  for (const { field, value } of partsOf(bytes)) {
    if (field !== 7 || value === null) continue
    hasGraph = true
    readGraph(value, true)
  }
  if (!hasGraph || outputs.length === 0) throw new OnnxFault('it is not an ONNX model')
  return { inputs: inputs.filter((name) => !weights.has(name)), outputs, externalData }
}

/** Fields of one message, in order; `value` is null for numbers, which nothing here needs. */
function* partsOf(message: Uint8Array): Generator<{ field: number; value: Uint8Array | null }> {
  for (const { field, kind, bytes } of fieldsOf(message)) {
    yield { field, value: kind === 'delimited' ? bytes : null }
  }
}

/** `TensorProto`: its name, and where its values lie when they lie in another file. */
function readTensor(tensor: Uint8Array): {
  name: string
  external: { location: string; end: number } | null
} {
  let name = ''
  const entries = new Map<string, string>()
  for (const { field, value } of partsOf(tensor)) {
    if (value === null) continue
    if (field === 8) name = textOf(value)
    if (field === 13) entries.set(textOfField(value, 1), textOfField(value, 2))
  }
  const location = entries.get('location')
  const end = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0)
  return { name, external: location === undefined ? null : { location, end } }
}

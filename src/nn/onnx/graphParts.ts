import { joinRefusal, refusingFaults } from './joinRefusal'
import { exactTextOf, fieldsOf, type MessageField } from './protobufFields'

/** An ONNX file taken apart as far as joining it with another one needs. Messages are views on the file. */
export interface GraphParts {
  readonly irVersion: number
  /** By domain; the standard operators' domain is ''. */
  readonly opsets: ReadonlyMap<string, number>
  readonly metadata: ReadonlyMap<string, string>
  /** Without the weights, which old exporters list among the inputs. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** In the order they run. */
  readonly nodes: readonly GraphNode[]
  readonly tensors: readonly NamedMessage[]
  readonly valueInfos: readonly NamedMessage[]
}

export interface NamedMessage {
  readonly name: string
  readonly message: Uint8Array
}

export interface GraphNode {
  readonly message: Uint8Array
  /** What it reads, what the graphs in its attributes read included. */
  readonly reads: readonly string[]
  readonly makes: readonly string[]
  /** Standard operators that it is made of: its own, and those of the graphs in its attributes. */
  readonly operators: readonly string[]
}

/** The long name of the standard operators' domain. */
const STANDARD = 'ai.onnx'
/** TensorProto.DataLocation. */
const EXTERNAL = 1

/**
 * Reads an ONNX model (field numbers: onnx.proto3). Throws `model/incompatible` for a file that is none, that keeps
 * weights in another file, or that uses a part of the format which cannot be joined (functions, sparse weights).
 */
export function readGraphParts(onnx: Uint8Array): GraphParts {
  return refusingFaults(() => partsOf(onnx))
}

function partsOf(onnx: Uint8Array): GraphParts {
  let irVersion = 0
  let graph: Uint8Array | null = null
  const opsets = new Map<string, number>()
  const metadata = new Map<string, string>()
  for (const { field, integer, bytes } of fieldsOf(onnx)) {
    if (field === 1) irVersion = integer
    if (field === 7) graph = bytes
    if (field === 8) {
      const fields = [...fieldsOf(bytes)]
      const domain = textOf(fields, 1)
      opsets.set(domain === STANDARD ? '' : domain, fields.find(({ field }) => field === 2)?.integer ?? 0)
    }
    if (field === 14) {
      const fields = [...fieldsOf(bytes)]
      metadata.set(textOf(fields, 1), textOf(fields, 2))
    }
    if (field === 25) throw joinRefusal('it defines functions of its own')
  }
  if (graph === null || !opsets.has('')) throw joinRefusal('it has no graph of standard operators')

  const inputs: string[] = []
  const outputs: string[] = []
  const nodes: GraphNode[] = []
  const tensors: NamedMessage[] = []
  const valueInfos: NamedMessage[] = []
  for (const { field, bytes } of fieldsOf(graph)) {
    if (field === 1) nodes.push(readNode(bytes, 0))
    if (field === 5) tensors.push(readTensor(bytes))
    if (field === 11) inputs.push(nameOf(bytes))
    if (field === 12) outputs.push(nameOf(bytes))
    if (field === 13) valueInfos.push({ name: nameOf(bytes), message: bytes })
    if (field === 15) throw joinRefusal('it holds sparse weights')
  }
  const stored = new Set(tensors.map(({ name }) => name))
  return {
    irVersion,
    opsets,
    metadata,
    inputs: inputs.filter((name) => !stored.has(name)),
    outputs,
    nodes,
    tensors,
    valueInfos,
  }
}

/** Deeper than any real model; a file that nests further would only exhaust the stack. */
const MAX_DEPTH = 8

function readNode(message: Uint8Array, depth: number): GraphNode {
  if (depth > MAX_DEPTH) throw joinRefusal(`its graphs are nested more than ${MAX_DEPTH} deep`)
  const reads: string[] = []
  const makes: string[] = []
  const operators: string[] = []
  let operator = ''
  let domain = ''
  for (const { field, bytes } of fieldsOf(message)) {
    if (field === 1) reads.push(exactTextOf(bytes))
    if (field === 2) makes.push(exactTextOf(bytes))
    if (field === 4) operator = exactTextOf(bytes)
    if (field === 7) domain = exactTextOf(bytes)
    if (field !== 5) continue
    for (const attribute of fieldsOf(bytes)) {
      if (attribute.field === 5) readTensor(attribute.bytes)
      if (attribute.field !== 6 && attribute.field !== 11) continue
      for (const part of fieldsOf(attribute.bytes)) {
        if (part.field === 5) readTensor(part.bytes)
        if (part.field === 12) reads.push(nameOf(part.bytes))
        if (part.field !== 1) continue
        const inner = readNode(part.bytes, depth + 1)
        reads.push(...inner.reads)
        operators.push(...inner.operators)
      }
    }
  }
  if (domain === '' || domain === STANDARD) operators.push(operator)
  return { message, reads, makes, operators }
}

function readTensor(message: Uint8Array): NamedMessage {
  let name = ''
  for (const { field, integer, bytes } of fieldsOf(message)) {
    if (field === 8) name = exactTextOf(bytes)
    if (field === 14 && integer === EXTERNAL)
      throw joinRefusal('it keeps its weights in another file; export it with the weights inside')
  }
  return { name, message }
}

function nameOf(message: Uint8Array): string {
  return textOf([...fieldsOf(message)], 1)
}

function textOf(fields: readonly MessageField[], wanted: number): string {
  const found = fields.findLast(({ field }) => field === wanted)
  return found === undefined ? '' : exactTextOf(found.bytes)
}

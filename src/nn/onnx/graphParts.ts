import { AppError } from '../../core/errors'
import { readFields, readUtf8, type MessageField } from './readMessage'

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
  let irVersion = 0
  let graph: Uint8Array | null = null
  const opsets = new Map<string, number>()
  const metadata = new Map<string, string>()
  for (const { number, integer, bytes } of readFields(onnx)) {
    if (number === 1) irVersion = integer
    if (number === 7) graph = bytes
    if (number === 8) {
      const fields = [...readFields(bytes)]
      const domain = textOf(fields, 1)
      opsets.set(domain === STANDARD ? '' : domain, fields.find((field) => field.number === 2)?.integer ?? 0)
    }
    if (number === 14) {
      const fields = [...readFields(bytes)]
      metadata.set(textOf(fields, 1), textOf(fields, 2))
    }
    if (number === 25) throw refused('it defines functions of its own')
  }
  if (graph === null || !opsets.has('')) throw refused('it has no graph of standard operators')

  const inputs: string[] = []
  const outputs: string[] = []
  const nodes: GraphNode[] = []
  const tensors: NamedMessage[] = []
  const valueInfos: NamedMessage[] = []
  for (const { number, bytes } of readFields(graph)) {
    if (number === 1) nodes.push(readNode(bytes, 0))
    if (number === 5) tensors.push(readTensor(bytes))
    if (number === 11) inputs.push(nameOf(bytes))
    if (number === 12) outputs.push(nameOf(bytes))
    if (number === 13) valueInfos.push({ name: nameOf(bytes), message: bytes })
    if (number === 15) throw refused('it holds sparse weights')
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
  if (depth > MAX_DEPTH) throw refused(`its graphs are nested more than ${MAX_DEPTH} deep`)
  const reads: string[] = []
  const makes: string[] = []
  const operators: string[] = []
  let operator = ''
  let domain = ''
  for (const { number, bytes } of readFields(message)) {
    if (number === 1) reads.push(readUtf8(bytes))
    if (number === 2) makes.push(readUtf8(bytes))
    if (number === 4) operator = readUtf8(bytes)
    if (number === 7) domain = readUtf8(bytes)
    if (number !== 5) continue
    for (const attribute of readFields(bytes)) {
      if (attribute.number === 5) readTensor(attribute.bytes)
      if (attribute.number !== 6 && attribute.number !== 11) continue
      for (const field of readFields(attribute.bytes)) {
        if (field.number === 5) readTensor(field.bytes)
        if (field.number === 12) reads.push(nameOf(field.bytes))
        if (field.number !== 1) continue
        const inner = readNode(field.bytes, depth + 1)
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
  for (const { number, integer, bytes } of readFields(message)) {
    if (number === 8) name = readUtf8(bytes)
    if (number === 14 && integer === EXTERNAL)
      throw refused('it keeps its weights in another file; export it with the weights inside')
  }
  return { name, message }
}

function nameOf(message: Uint8Array): string {
  return textOf([...readFields(message)], 1)
}

function textOf(fields: readonly MessageField[], number: number): string {
  const field = fields.findLast((candidate) => candidate.number === number)
  return field === undefined ? '' : readUtf8(field.bytes)
}

function refused(why: string): AppError {
  return new AppError('model/incompatible', `the ONNX model cannot be joined with another: ${why}`)
}

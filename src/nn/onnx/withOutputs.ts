import { ELEMENTS } from './graphBuilder'
import { createMessage, type MessageWriter } from './protobuf'
import { fieldsOf, textOfField } from './protobufFields'
import type { GraphNode, OnnxGraph } from './readGraph'

/**
 * The same model giving other values: those of `names`, in this order, each a float32 tensor that some node makes.
 * What only the former outputs needed, nodes and weights, is left out. Everything else stays byte for byte.
 */
export function withOutputs(graph: OnnxGraph, names: readonly string[]): Uint8Array<ArrayBuffer> {
  const model = createMessage()
  for (const { field, bytes, raw } of fieldsOf(graph.bytes)) {
    if (field === 7) model.bytes(field, keptGraph(graph, bytes, names))
    else model.raw(raw)
  }
  return model.finish()
}

/** Nodes that the values depend on, by walking back from them. */
function neededNodes(graph: OnnxGraph, names: readonly string[]): ReadonlySet<GraphNode> {
  const needed = new Set<GraphNode>()
  const waiting = [...names]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = graph.producers.get(name)
    if (node === undefined || needed.has(node)) continue
    needed.add(node)
    waiting.push(...node.reads)
  }
  return needed
}

/** `GraphProto`: nodes 1, tensors 5, inputs 11, outputs 12; 13 are shapes of inner values, which the runtime infers. */
function keptGraph(graph: OnnxGraph, bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const needed = neededNodes(graph, names)
  const read = new Set([...needed].flatMap((node) => node.reads))
  const isDropped = (name: string): boolean => graph.tensors.has(name) && !read.has(name)
  const kept = createMessage()
  let node = 0
  for (const { field, bytes: part, raw } of fieldsOf(bytes)) {
    if (field === 1 && !needed.has(graph.nodes[node++]!)) continue
    if (field === 5 && isDropped(textOfField(part, 8))) continue
    // Old exporters list weights among the inputs.
    if (field === 11 && isDropped(textOfField(part, 1))) continue
    if (field !== 12 && field !== 13) kept.raw(raw)
  }
  for (const name of names) kept.message(12, floatValue(name))
  return kept.finish()
}

/** A `ValueInfoProto` without a shape: the runtime knows it better. */
function floatValue(name: string): MessageWriter {
  const tensorType = createMessage()
  tensorType.integer(1, ELEMENTS.float32)
  const type = createMessage()
  type.message(1, tensorType)
  const value = createMessage()
  value.text(1, name)
  value.message(2, type)
  return value
}

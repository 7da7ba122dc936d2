import { createGraphBuilder } from '../../../nn/onnx/graphBuilder'
import { createMessage, type MessageWriter } from '../../../nn/onnx/protobuf'
import type { PickedFile } from '../../../ports/files'

/** A small graph with these inputs and one output, all float32 vectors; `seed` makes its bytes its own. */
export function tinyGraph(inputs: readonly string[], output: string, seed = 0): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder()
  const first = graph.input(inputs[0]!, [4])
  for (const name of inputs.slice(1)) graph.input(name, [4])
  graph.node('Add', [first, graph.constant(Float32Array.of(seed, 1, 2, 3), [4])], {}, output)
  graph.output(output, [4])
  return graph.finish('tiny', {})
}

/** A graph whose weights lie in another file, at `offset` with `length` bytes, as exporters write it for large models. */
export function graphWithExternalData(
  inputs: readonly string[],
  location: string,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const tensor = createMessage()
  tensor.integer(1, length / 4)
  tensor.integer(2, 1)
  tensor.text(8, 'weights')
  for (const [key, value] of [
    ['location', location],
    ['offset', String(offset)],
    ['length', String(length)],
  ] as const) {
    const entry = createMessage()
    entry.text(1, key)
    entry.text(2, value)
    tensor.message(13, entry)
  }
  tensor.integer(14, 1)
  const graph = createMessage()
  graph.text(2, 'external')
  graph.message(5, tensor)
  // Old exporters list weights among the inputs.
  for (const name of [...inputs, 'weights']) graph.message(11, named(name))
  graph.message(12, named('features'))
  const model = createMessage()
  model.integer(1, 8)
  model.message(7, graph)
  return model.finish()
}

function named(name: string): MessageWriter {
  const value = createMessage()
  value.text(1, name)
  return value
}

export function picked(path: string, bytes: Uint8Array<ArrayBuffer>): PickedFile {
  return { path, byteLength: bytes.length, bytes: () => Promise.resolve(bytes) }
}

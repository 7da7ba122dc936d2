import { describe, expect, test } from 'vitest'
import { createGraphBuilder } from './graphBuilder'
import { createMessage, littleEndianFloats, type MessageWriter } from './protobuf'
import { OnnxFault } from './protobufFields'
import { readGraph, tensorFloats } from './readGraph'

function modelWith(tensor: MessageWriter): Uint8Array<ArrayBuffer> {
  const graph = createMessage()
  graph.message(5, tensor)
  const output = createMessage()
  output.text(1, 'y')
  graph.message(12, output)
  const model = createMessage()
  model.message(7, graph)
  return model.finish()
}

function tensorOf(
  type: number,
  dims: readonly number[],
  fill: (tensor: MessageWriter) => void,
): MessageWriter {
  const tensor = createMessage()
  for (const dim of dims) tensor.integer(1, dim)
  tensor.integer(2, type)
  tensor.text(8, 'w')
  fill(tensor)
  return tensor
}

const floatsOf = (tensor: MessageWriter): number[] => [
  ...tensorFloats(readGraph(modelWith(tensor)).tensors.get('w')!),
]
const littleEndian = (values: readonly number[]): Uint8Array =>
  new Uint8Array(littleEndianFloats(values).buffer)

test('nodes come with their inputs, outputs and attributes; negative numbers and lists too', () => {
  const graph = createGraphBuilder()
  const x = graph.input('x', [1, 3])
  const w = graph.constant(Float32Array.of(1, 2, 3), [3], 'layer.bias')
  const y = graph.node('Custom', [x, null, w], { axis: -1, perm: [1, 0], mode: 'cubic', a: { float: -0.75 } })
  graph.output(y, [1, 3])
  const { nodes, tensors } = readGraph(graph.finish('g', {}))
  const [{ operator, inputs, outputs, attributes }] = nodes as [(typeof nodes)[0]]
  expect({ operator, inputs, outputs }).toEqual({
    operator: 'Custom',
    inputs: ['x', '', 'layer.bias'],
    outputs: [y],
  })
  const nothing = { float: null, integers: [], text: null, tensor: null }
  expect(Object.fromEntries(attributes)).toEqual({
    axis: { ...nothing, integers: [-1] },
    perm: { ...nothing, integers: [1, 0] },
    mode: { ...nothing, text: 'cubic' },
    a: { ...nothing, float: -0.75 },
  })
  expect(tensors.get('layer.bias')!.dims).toEqual([3])
  expect([...tensorFloats(tensors.get('layer.bias')!)]).toEqual([1, 2, 3])
})

test('graphs that lie too deep in each other are a fault, not an exhausted stack', () => {
  let graph = createMessage()
  for (let depth = 0; depth < 200; depth++) {
    const attribute = createMessage()
    attribute.message(6, graph)
    const node = createMessage()
    node.message(5, attribute)
    graph = createMessage()
    graph.message(1, node)
  }
  const model = createMessage()
  model.message(7, graph)
  expect(() => readGraph(model.finish())).toThrow('too deep in each other')
})

describe('values of a tensor', () => {
  test('are read from raw bytes, from packed and from single numbers', () => {
    expect(floatsOf(tensorOf(1, [2], (t) => t.bytes(9, littleEndian([0.5, -2]))))).toEqual([0.5, -2])
    expect(floatsOf(tensorOf(1, [2], (t) => t.bytes(4, littleEndian([0.5, -2]))))).toEqual([0.5, -2])
    const single = tensorOf(1, [2], (t) => {
      t.float(4, 0.5)
      t.float(4, -2)
    })
    expect(floatsOf(single)).toEqual([0.5, -2])
  })

  test('are read from halves: 0x3800 is 0.5, 0xc000 is -2', () => {
    expect(floatsOf(tensorOf(10, [2], (t) => t.bytes(9, Uint8Array.of(0, 0x38, 0, 0xc0))))).toEqual([0.5, -2])
    const numbers = tensorOf(10, [2], (t) => {
      t.integer(5, 0x3800)
      t.integer(5, 0xc000)
    })
    expect(floatsOf(numbers)).toEqual([0.5, -2])
  })

  test.each([
    [
      'fewer than the shape says',
      tensorOf(1, [3], (t) => t.bytes(9, littleEndian([1, 2]))),
      'holds 2 values',
    ],
    [
      'of a shape with negative sides',
      tensorOf(1, [-1, -2], (t) => t.bytes(9, littleEndian([1, 2]))),
      'holds 2',
    ],
    ['cut inside a value', tensorOf(1, [1], (t) => t.bytes(9, Uint8Array.of(1, 2, 3))), 'inside a value'],
    ['quantised', tensorOf(3, [1], (t) => t.bytes(9, Uint8Array.of(1))), 'not a quantised one'],
    ['in another file', tensorOf(1, [1], (t) => t.integer(14, 1)), 'another file'],
    [
      'of too many sides',
      tensorOf(
        1,
        Array.from({ length: 17 }, () => 1),
        () => {},
      ),
      'longer than the 16',
    ],
  ])('%s are a fault', (_, tensor, message) => {
    expect(() => floatsOf(tensor)).toThrow(OnnxFault)
    expect(() => floatsOf(tensor)).toThrow(message)
  })
})

import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors'
import { createGraphBuilder } from './graphBuilder'
import { readGraphParts } from './graphParts'
import { joinGraph } from './joinGraph'
import { assertSameMeaning } from './operatorMeaning'
import { createMessage, type MessageWriter } from './protobuf'

/** x -> Relu -> inner -> Sigmoid -> y, and a second output that only wants its own weights. */
function twoOutputs(): Uint8Array<ArrayBuffer> {
  const graph = createGraphBuilder()
  graph.input('x', [1, 'height'])
  graph.node('Relu', ['x'], {}, 'inner')
  graph.node('Sigmoid', ['inner'], {}, 'y')
  const weights = graph.constant(Float32Array.of(1, 2), [2])
  graph.node('Mul', ['inner', weights], {}, 'unread')
  graph.output('y', [1, 'height'])
  graph.output('unread', [1, 'height'])
  return graph.finish('parts', { seed: '7' })
}

function joined(prefix: string, inputs: readonly (readonly [string, string])[], wanted: readonly string[]) {
  const builder = createGraphBuilder()
  builder.input('pixels', [1, 'height'])
  joinGraph(builder, readGraphParts(twoOutputs()), {
    prefix,
    inputs: new Map(inputs),
    outputs: new Map(wanted.map((name) => [name, null])),
  })
  return readGraphParts(builder.finish('joined', {}))
}

describe('joinGraph', () => {
  test('names go under the prefix, bound inputs do not, and what is not wanted is left out', () => {
    const { nodes, tensors } = joined('a', [['x', 'pixels']], ['y'])
    expect(nodes.map(({ reads, makes }) => [reads, makes])).toEqual([
      [['pixels'], ['a/inner']],
      [['a/inner'], ['a/y']],
    ])
    expect(tensors).toEqual([])
  })

  test('the weights of a wanted output stay', () => {
    expect(joined('a', [['x', 'pixels']], ['unread']).tensors.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^a\/constant/),
    ])
  })

  test('two copies of one graph do not collide', () => {
    const builder = createGraphBuilder()
    builder.input('pixels', [1, 'height'])
    const part = readGraphParts(twoOutputs())
    const first = joinGraph(builder, part, {
      prefix: 'a',
      inputs: new Map([['x', 'pixels']]),
      outputs: new Map([['y', null]]),
    })
    joinGraph(builder, part, {
      prefix: 'b',
      inputs: new Map([['x', first.get('y')!]]),
      outputs: new Map([['y', 'end']]),
    })
    const made = readGraphParts(builder.finish('twice', {})).nodes.flatMap(({ makes }) => makes)
    expect(made).toEqual(['a/inner', 'a/y', 'b/inner', 'end'])
  })

  test.each([
    ['an input without a value', [], ['y'], 'nothing goes into "x" of the a'],
    [
      'an input that it does not have',
      [
        ['x', 'pixels'],
        ['z', 'pixels'],
      ],
      ['y'],
      'no input "z"; it has x',
    ],
    ['an output that it does not have', [['x', 'pixels']], ['w'], 'no output "w"; it has y, unread'],
  ] as const)('refuses %s', (_, inputs, wanted, message) => {
    expect(() => joined('a', inputs, wanted)).toThrow(message)
  })
})

describe('readGraphParts', () => {
  test('tells metadata and opset, and inputs without weights', () => {
    const { metadata, opsets, inputs, outputs } = readGraphParts(twoOutputs())
    expect([...metadata]).toEqual([['seed', '7']])
    expect([...opsets]).toEqual([['', 17]])
    expect([inputs, outputs]).toEqual([['x'], ['y', 'unread']])
  })

  test('every shortened file is refused or read, never more than that', () => {
    const file = twoOutputs()
    const outcomes = Array.from({ length: file.length }, (_, length) => outcomeOf(file.subarray(0, length)))
    expect(outcomes.every((outcome) => outcome === 'read' || outcome === 'model/incompatible')).toBe(true)
    expect(() => readGraphParts(file.subarray(0, 40))).toThrow('it ends too early')
  })

  test('every file with one byte changed is refused or read, never more than that', () => {
    const file = twoOutputs()
    const outcomes = new Set<unknown>()
    for (let at = 0; at < file.length; at++) {
      for (const value of [0, 0x7f, 0x80, 0xff]) outcomes.add(outcomeOf(file.with(at, value)))
    }
    expect(outcomes).toEqual(new Set(['read', 'model/incompatible']))
  })

  test.each([
    [
      'weights in another file',
      (model: MessageWriter) => model.message(7, graphWith(5, external())),
      'another file',
    ],
    ['sparse weights', (model: MessageWriter) => model.message(7, graphWith(15, createMessage())), 'sparse'],
    ['functions', (model: MessageWriter) => model.message(25, createMessage()), 'functions of its own'],
    ['no graph', () => {}, 'no graph of standard operators'],
  ])('refuses %s', (_, add, message) => {
    const model = createMessage()
    const opset = createMessage()
    opset.integer(2, 17)
    model.message(8, opset)
    add(model)
    expect(() => readGraphParts(model.finish())).toThrow(message)
  })

  test('a graph within a graph within a graph, without end, is refused', () => {
    let node = createMessage()
    for (let depth = 0; depth < 20; depth++) {
      const attribute = createMessage()
      attribute.message(6, graphWith(1, node))
      node = createMessage()
      node.message(5, attribute)
    }
    const model = createMessage()
    const opset = createMessage()
    opset.integer(2, 17)
    model.message(8, opset)
    model.message(7, graphWith(1, node))
    expect(() => readGraphParts(model.finish())).toThrow('nested')
  })
})

/** `read`, the code of the refusal, or whatever else was thrown. */
function outcomeOf(file: Uint8Array): unknown {
  try {
    readGraphParts(file)
    return 'read'
  } catch (error) {
    return error instanceof AppError ? error.code : error
  }
}

function graphWith(field: number, part: MessageWriter): MessageWriter {
  const graph = createMessage()
  graph.message(field, part)
  return graph
}

function external(): MessageWriter {
  const tensor = createMessage()
  tensor.text(8, 'weights')
  tensor.integer(14, 1)
  return tensor
}

describe('assertSameMeaning', () => {
  test('an operator moves to a newer opset while nothing about it changed', () => {
    expect(() => assertSameMeaning(['Conv', 'Relu', 'Slice'], 11, 17)).not.toThrow()
  })

  test.each([
    ['Softmax', 12, 13],
    ['Resize', 10, 17],
    ['ReduceMean', 17, 18],
    ['NeverHeardOf', 16, 17],
    ['toString', 16, 17],
  ])('%s of opset %i does not become one of %i', (operator, from, to) => {
    expect(() => assertSameMeaning([operator], from, to)).toThrow(operator)
  })

  test('within one opset nothing is judged; beyond the known ones nothing is moved', () => {
    expect(() => assertSameMeaning(['NeverHeardOf'], 17, 17)).not.toThrow()
    expect(() => assertSameMeaning(['Conv'], 17, 22)).toThrow('opsets 7 to 21 are known')
  })
})

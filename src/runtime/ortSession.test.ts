import { describe, expect, test } from 'vitest'
import { createGraphBuilder, ELEMENTS, type ElementType } from '../nn/onnx/graphBuilder'
import { tensorOf } from '../nn/onnx/session'
import { openNodeSession } from './__fixtures__/nodeOrt'

/** `given` of the input's type becomes `answer` of the output's: the value plus nothing, on the real runtime. */
function castGraph(from: ElementType, to: ElementType): Uint8Array {
  const graph = createGraphBuilder()
  const given = graph.input('given', ['n'], from)
  graph.node('Cast', [given], { to: ELEMENTS[to] }, 'answer')
  graph.output('answer', ['n'], to)
  return graph.finish('cast', {})
}

const three = Float32Array.of(1, 0, 3)

describe('a session of ONNX Runtime', () => {
  test('says names, element types and shapes of its tensors, open sizes by their name', async () => {
    const session = await openNodeSession(castGraph('int64', 'float32'))
    expect(session.inputs).toEqual([{ name: 'given', type: 'int64', shape: ['n'] }])
    expect(session.outputs).toEqual([{ name: 'answer', type: 'float32', shape: ['n'] }])
  })

  test.each([
    ['int64', { type: 'int64', data: BigInt64Array.of(1n, 0n, 3n), dims: [3] }],
    ['int32', { type: 'int32', data: Int32Array.of(1, 0, 3), dims: [3] }],
    ['uint8', { type: 'uint8', data: Uint8Array.of(1, 0, 3), dims: [3] }],
    ['float32', { data: three, dims: [3] }],
  ] as const)('takes and gives %s', async (type, given) => {
    const there = await openNodeSession(castGraph(type, 'float32'))
    expect(tensorOf(await there.run({ given }), 'answer').data).toEqual(three)
    const back = await openNodeSession(castGraph('float32', type))
    expect(await back.run({ given: { data: three, dims: [3] } })).toEqual({ answer: given })
  })

  test('takes and gives truth values', async () => {
    const session = await openNodeSession(castGraph('bool', 'bool'))
    const given = { type: 'bool', data: Uint8Array.of(1, 0, 1), dims: [3] } as const
    expect(await session.run({ given })).toEqual({ answer: given })
  })

  test('a tensor without elements goes in and comes out', async () => {
    const session = await openNodeSession(castGraph('int64', 'float32'))
    const given = { type: 'int64', data: new BigInt64Array(0), dims: [0] } as const
    expect(await session.run({ given })).toEqual({ answer: { data: new Float32Array(0), dims: [0] } })
  })

  test('half floats are converted on the way in and out', async () => {
    const session = await openNodeSession(castGraph('float16', 'float16'))
    expect(session.inputs[0]?.type).toBe('float16')
    const given = { data: Float32Array.of(0.1, -2, 1024), dims: [3] }
    // 0.1 is not a half: its nearest is 0.0999755859375.
    const expected = { data: Float32Array.of(0.0999755859375, -2, 1024), dims: [3] }
    expect(await session.run({ given })).toEqual({ answer: expected })
  })

  test('a feed of another element type is refused with its name and both types', async () => {
    const session = await openNodeSession(castGraph('int64', 'float32'))
    const given = { type: 'int32', data: Int32Array.of(1), dims: [1] } as const
    await expect(session.run({ given })).rejects.toMatchObject({
      code: 'model/incompatible',
      message: 'input "given" of the network is int64, but it was fed int32',
    })
  })

  test('a feed too many and a feed too few are refused, not dropped', async () => {
    const session = await openNodeSession(castGraph('float32', 'float32'))
    const given = { data: three, dims: [3] }
    await expect(session.run({ given, extra: given })).rejects.toThrow('has no input "extra"')
    await expect(session.run({})).rejects.toThrow('wants an input "given"')
  })

  test('who reads a float tensor does not get whole numbers by mistake', async () => {
    const session = await openNodeSession(castGraph('float32', 'int32'))
    const outputs = await session.run({ given: { data: three, dims: [3] } })
    expect(() => tensorOf(outputs, 'answer')).toThrow('tensor "answer" is int32, expected float32')
  })
})

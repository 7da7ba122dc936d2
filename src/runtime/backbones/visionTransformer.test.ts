import { describe, expect, test } from 'vitest'
import { decodeHalf } from '../../ml/float16'
import { createGraphBuilder } from '../../nn/onnx/graphBuilder'
import { prepareBackbone } from '../../nn/onnx/backbones/prepareBackbone'
import { tinyTransformer, type TinyTransformer } from '../../nn/onnx/backbones/__fixtures__/tinyTransformer'
import { readGraph } from '../../nn/onnx/readGraph'
import { tensorOf } from '../../nn/onnx/session'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import { picture } from '../inference/__fixtures__/inferenceInNode'

const SIZE = { width: 42, height: 28 }
const IMAGE = picture(SIZE.width, SIZE.height)

/** The oracle: the same weights exported with the taps behind the final norm, normalised as DINOv2's own transform does. */
async function tapsOfOracle(options: TinyTransformer): Promise<Float32Array[]> {
  const session = await openNodeSession(tinyTransformer({ ...options, taps: [1, 2, 4, 7] }))
  const plane = SIZE.width * SIZE.height
  const data = new Float32Array(3 * plane)
  for (let p = 0; p < plane; p++) {
    data[p] = (IMAGE.data[4 * p]! / 255 - 0.485) / 0.229
    data[plane + p] = (IMAGE.data[4 * p + 1]! / 255 - 0.456) / 0.224
    data[2 * plane + p] = (IMAGE.data[4 * p + 2]! / 255 - 0.406) / 0.225
  }
  const found = await session.run({ pixel_values: { data, dims: [1, 3, SIZE.height, SIZE.width] } })
  const skip = (1 + (options.registers ?? 0)) * 8
  return [0, 1, 2, 3].map((i) => tensorOf(found, `tap${i}`).data.slice(skip))
}

async function tapsOfOurs(options: TinyTransformer): Promise<Float32Array[]> {
  const prepared = prepareBackbone('vit.onnx', tinyTransformer(options))!
  const pack = await prepared.extract(await openNodeSession(prepared.onnx), IMAGE)
  expect(pack.levels.map(({ stride, channels }) => [stride, channels])).toEqual(Array(4).fill([14, 8]))
  return pack.levels.map(({ data }) => decodeHalf(data))
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)
}

describe('taps of a vision transformer', () => {
  for (const options of [
    { norms: 'whole' },
    { norms: 'pieces' },
    { norms: 'pieces', registers: 4, blocks: 12 },
    { norms: 'whole', registers: 4, blocks: 8, seed: 5 },
  ] as const) {
    test(`equal a graph that gives them itself: ${JSON.stringify(options)}`, async () => {
      const [ours, oracle] = [await tapsOfOurs(options), await tapsOfOracle(options)]
      for (const [i, tap] of ours.entries()) {
        // Halves keep 11 bits: 1e-3 of values up to 2.
        expect(largestDifference(tap, oracle[i]!)).toBeLessThan(1.5e-3)
        expect(Math.max(...tap.map(Math.abs))).toBeGreaterThan(0.5)
      }
      expect(largestDifference(ours[0]!, ours[3]!)).toBeGreaterThan(0.1)
    })
  }

  test('what only later blocks need is neither kept nor run', () => {
    const whole = readGraph(tinyTransformer({ blocks: 12 }))
    const cut = readGraph(prepareBackbone('vit.onnx', tinyTransformer({ blocks: 12 }))!.onnx)
    // Blocks 8 to 11 and the final norm go: a third of the nodes of blocks, and their weights with them.
    expect(cut.nodes.length).toBeLessThan(whole.nodes.length * 0.7)
    expect(cut.tensors.size).toBeLessThan(whole.tensors.size * 0.7)
    expect(cut.outputs).toHaveLength(4)
  })
})

test('the patch is read from the graph, and sides must be multiples of it', async () => {
  const prepared = prepareBackbone('vit.onnx', tinyTransformer({ patch: 16 }))!
  expect(prepared.multipleOf).toBe(16)
  const session = await openNodeSession(prepared.onnx)
  await expect(prepared.extract(session, picture(42, 28))).rejects.toThrow('multiples of 16')
})

test('too few blocks are refused with what was found and what to take', () => {
  expect(() => prepareBackbone('small.onnx', tinyTransformer({ blocks: 5 }))).toThrow(
    'small.onnx: 5 transformer blocks were found before "last_hidden_state", at least 8 are needed',
  )
})

test('a graph that only has the names is refused', () => {
  const graph = createGraphBuilder()
  const x = graph.input('pixel_values', [1, 3, 'h', 'w'])
  const filters = graph.constant(new Float32Array(3 * 14 * 14), [1, 3, 14, 14])
  graph.node('Conv', [x, filters], { kernel_shape: [14, 14], strides: [14, 14] }, 'last_hidden_state')
  graph.output('last_hidden_state', [1, 1, 'h', 'w'])
  expect(() => prepareBackbone('odd.onnx', graph.finish('odd', {}))).toThrow(
    'odd.onnx: "last_hidden_state" does not come from a layer norm with weights in this file',
  )
})

test('truncated at any of many lengths it is refused in words, never read as a model', () => {
  const bytes = tinyTransformer()
  for (let length = 0; length < bytes.length; length += 997) {
    expect(() => prepareBackbone('cut.onnx', bytes.slice(0, length))).toThrow(/cut\.onnx: it /)
  }
})

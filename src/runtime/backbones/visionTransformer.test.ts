import { beforeAll, describe, expect, test, vi } from 'vitest'
import { decodeHalf } from '../../ml/float16'
import { startBackend } from '../../nn/__fixtures__/backends'
import { prepareBackbone } from '../../nn/onnx/backbones/prepareBackbone'
import { createGraphBuilder } from '../../nn/onnx/graphBuilder'
import { readGraph } from '../../nn/onnx/readGraph'
import { tf } from '../../nn/tf'
import { tinyVitOnnx, type TinyVit } from '../../nn/vit/__fixtures__/tinyVitOnnx'
import { createVit } from '../../nn/vit/vit'
import { readVitWeights } from '../../nn/vit/vitWeights'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import { picture } from '../inference/__fixtures__/inferenceInNode'

vi.setConfig({ testTimeout: 60_000 })
beforeAll(() => startBackend('cpu'))

const [ROWS, COLUMNS, PATCH, DIM] = [2, 3, 14, 64]
const SIZE = { width: COLUMNS * PATCH, height: ROWS * PATCH }
const IMAGE = picture(SIZE.width, SIZE.height)
const SMALL: Partial<TinyVit> = { dim: DIM, heads: 1, mlp: 64 }

/**
 * An independent computation: the weights read by their names, the transformer in TensorFlow.js (which agrees with
 * PyTorch, `bench/oracles/vit_oracle.py`), the taps under the final norm.
 */
function tapsOfOracle(onnx: Uint8Array<ArrayBuffer>): Float32Array[] {
  const mean = [0.485, 0.456, 0.406]
  const std = [0.229, 0.224, 0.225]
  const patches = new Float32Array(ROWS * COLUMNS * PATCH * PATCH * 3)
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const cell = Math.floor(y / PATCH) * COLUMNS + Math.floor(x / PATCH)
      const inside = (y % PATCH) * PATCH + (x % PATCH)
      for (let c = 0; c < 3; c++) {
        const value = IMAGE.data[4 * (y * SIZE.width + x) + c]! / 255
        patches[(cell * PATCH * PATCH + inside) * 3 + c] = (value - mean[c]!) / std[c]!
      }
    }
  }
  return tf.tidy(() => {
    const vit = createVit(readVitWeights(onnx, 'tiny.onnx'), {
      rows: ROWS,
      columns: COLUMNS,
      taps: [1, 2, 4, 7],
    })
    const weights = new Map(
      [...vit.parameters, ...vit.frozen].map(({ name, shape, values }) => [
        name,
        tf.tensor(values, [...shape]),
      ]),
    )
    const input = tf.tensor4d(patches, [1, ROWS, COLUMNS, PATCH * PATCH * 3])
    return vit.forward(weights, input).map((map) => map.dataSync() as Float32Array)
  })
}

async function tapsOfOurs(onnx: Uint8Array<ArrayBuffer>): Promise<Float32Array[]> {
  const prepared = prepareBackbone('vit.onnx', onnx)!
  const pack = await prepared.extract(await openNodeSession(prepared.onnx), IMAGE)
  expect(pack.levels.map(({ stride, channels }) => [stride, channels])).toEqual(Array(4).fill([PATCH, DIM]))
  return pack.levels.map(({ data }) => decodeHalf(data))
}

/** Relative to 1 or to the value, for halves keep 11 bits. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))),
    0,
  )
}

describe('taps of a vision transformer', () => {
  test.each<readonly [string, Partial<TinyVit>]>([
    ['of the tracing exporter, norms in pieces', { exporter: 'script' }],
    ['of the newer exporter, norms as one node', { exporter: 'program', seed: 5 }],
    ['with registers and blocks that nobody taps', { exporter: 'script', registers: 4, depth: 12 }],
    ['of the newer exporter with registers', { exporter: 'program', registers: 4, depth: 9 }],
  ])('equal an independent computation within 1e-3: %s', async (_, options) => {
    const onnx = tinyVitOnnx({ ...SMALL, ...options })
    const [ours, oracle] = [await tapsOfOurs(onnx), tapsOfOracle(onnx)]
    for (const [i, tap] of ours.entries()) {
      expect(largestDifference(tap, oracle[i]!)).toBeLessThan(1e-3)
      expect(Math.max(...tap.map(Math.abs))).toBeGreaterThan(0.5)
    }
    expect(largestDifference(ours[0]!, ours[3]!)).toBeGreaterThan(0.1)
  })

  test('what only later blocks need is neither kept nor run', () => {
    const whole = readGraph(tinyVitOnnx({ ...SMALL, depth: 12 }))
    const cut = readGraph(prepareBackbone('vit.onnx', tinyVitOnnx({ ...SMALL, depth: 12 }))!.onnx)
    // Blocks 8 to 11 and the final norm go: a third of the nodes of blocks, and their weights with them.
    expect(cut.nodes.length).toBeLessThan(whole.nodes.length * 0.7)
    expect(cut.tensors.size).toBeLessThan(whole.tensors.size * 0.7)
    expect(cut.outputs).toHaveLength(4)
  })
})

test('the patch is read from the graph, and sides must be multiples of it', async () => {
  const prepared = prepareBackbone('vit.onnx', tinyVitOnnx({ ...SMALL, patch: 16 }))!
  expect(prepared.multipleOf).toBe(16)
  const session = await openNodeSession(prepared.onnx)
  await expect(prepared.extract(session, picture(42, 28))).rejects.toThrow('multiples of 16')
})

test('too few blocks are refused with what was found and what to take', () => {
  expect(() => prepareBackbone('small.onnx', tinyVitOnnx({ ...SMALL, depth: 5 }))).toThrow(
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
  const bytes = tinyVitOnnx(SMALL)
  for (let length = 0; length < bytes.length; length += 9973) {
    expect(() => prepareBackbone('cut.onnx', bytes.slice(0, length))).toThrow(/cut\.onnx: it /)
  }
})

import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createRandom } from '../../core/random'
import { startBackend } from '../../nn/__fixtures__/backends'
import { maxDifference } from '../../nn/__fixtures__/maxDifference'
import { createGraphBuilder } from '../../nn/onnx/graphBuilder'
import { tensorOf } from '../../nn/onnx/session'
import { tf } from '../../nn/tf'
import { TINY_VIT, tinyVitOnnx, type TinyVit } from '../../nn/vit/__fixtures__/tinyVitOnnx'
import { IMAGENET_STANDARD } from '../../nn/vit/imagenetStandard'
import { createVit } from '../../nn/vit/vit'
import { vitNodes } from '../../nn/vit/vitOnnx'
import { readVitWeights } from '../../nn/vit/vitWeights'
import { openNodeSession } from '../__fixtures__/nodeOrt'

vi.setConfig({ testTimeout: 60_000 })

interface Case {
  readonly vit: Partial<TinyVit>
  readonly rows: number
  readonly columns: number
}

const CASES: readonly (readonly [string, Case])[] = [
  ['at its own grid', { vit: {}, rows: 4, columns: 4 }],
  ['at another grid', { vit: { dim: 64, heads: 1, depth: 4 }, rows: 3, columns: 5 }],
  ['with registers', { vit: { registers: 4, seed: 2 }, rows: 5, columns: 7 }],
  ['of the newer exporter', { vit: { exporter: 'program', registers: 2, depth: 5 }, rows: 5, columns: 3 }],
]

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  test.each(CASES)(
    'the transformer read from an ONNX file answers as ONNX Runtime does: %s',
    async (_, each) => {
      const { rows, columns } = each
      const { patch, dim, depth, registers } = { ...TINY_VIT, ...each.vit }
      const onnx = tinyVitOnnx(each.vit)
      const random = createRandom(5)
      const [height, width] = [rows * patch, columns * patch]
      const batch = 2
      const pixels = Float32Array.from({ length: batch * 3 * height * width }, () => random.normal())

      const session = await openNodeSession(onnx)
      const answer = tensorOf(
        await session.run({ pixel_values: { data: pixels, dims: [batch, 3, height, width] } }),
        'last_hidden_state',
      )
      const leading = 1 + registers
      expect(answer.dims).toEqual([batch, leading + rows * columns, dim])
      const expected: number[] = []
      for (let n = 0; n < batch; n++) {
        const from = n * (leading + rows * columns) * dim
        for (const value of answer.data.subarray(
          from + leading * dim,
          from + (leading + rows * columns) * dim,
        )) {
          expected.push(value)
        }
      }

      tf.tidy(() => {
        const vit = createVit(readVitWeights(onnx, 'tiny.onnx'), { rows, columns, taps: [1, depth - 1] })
        const weights = new Map(
          [...vit.parameters, ...vit.frozen].map(({ name, shape, values }) => [
            name,
            tf.tensor(values, [...shape]),
          ]),
        )
        const maps = vit.forward(weights, patchesOf(pixels, batch, rows, columns, patch))
        const found = maps[1]!.dataSync()
        expect(maxDifference(found, expected)).toBeLessThan(1e-4)
        // The comparison means something only if the tokens differ.
        expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1)
        expect(maxDifference(found.slice(0, dim), found.slice(dim, 2 * dim))).toBeGreaterThan(0.1)
      })
    },
  )
})

test('written as ONNX nodes, with other biases and norms than in the file, it gives the same maps', async () => {
  await startBackend('wasm')
  const use = { rows: 3, columns: 5, taps: [1, 2, 4, 7] }
  const { patch } = TINY_VIT
  const [height, width] = [use.rows * patch, use.columns * patch]
  const random = createRandom(6)
  const vit = createVit(readVitWeights(tinyVitOnnx({ registers: 4 }), 'tiny.onnx'), use)
  const values = new Map([
    ...vit.parameters.map(
      ({ name, values: file }) => [name, file.map((v) => v + 0.1 * random.normal())] as const,
    ),
    ...vit.frozen.map(({ name, values: file }) => [name, file] as const),
  ])

  const graph = createGraphBuilder()
  const names = vitNodes(graph, graph.input('pixels', [1, 3, height, width]), vit, values)
  for (const name of names) graph.output(name, [1, vit.dims.dim, use.rows, use.columns])
  const session = await openNodeSession(graph.finish('backbone', {}))
  const colours = Float32Array.from({ length: 3 * height * width }, () => random.next())
  const answer = await session.run({ pixels: { data: colours, dims: [1, 3, height, width] } })

  tf.tidy(() => {
    const weights = new Map(
      [...vit.parameters, ...vit.frozen].map(({ name, shape }) => [
        name,
        tf.tensor(values.get(name)!, [...shape]),
      ]),
    )
    const standardised = colours.map((value, i) => {
      const colour = Math.floor(i / (height * width))
      return (value - IMAGENET_STANDARD.mean[colour]!) / IMAGENET_STANDARD.std[colour]!
    })
    const maps = vit.forward(weights, patchesOf(standardised, 1, use.rows, use.columns, patch))
    expect(maps).toHaveLength(4)
    maps.forEach((map, i) => {
      const found = tf.transpose(map, [0, 3, 1, 2]).dataSync()
      expect(maxDifference(found, tensorOf(answer, names[i]!).data), `tap ${i}`).toBeLessThan(1e-4)
    })
  })
})

/** (N, 3, H, W) -> (N, rows, columns, patch * patch * 3), channel (y * patch + x) * 3 + colour. */
function patchesOf(
  pixels: Float32Array,
  batch: number,
  rows: number,
  columns: number,
  patch: number,
): tf.Tensor4D {
  const [height, width] = [rows * patch, columns * patch]
  const out = new Float32Array(pixels.length)
  let at = 0
  for (let n = 0; n < batch; n++) {
    for (let cell = 0; cell < rows * columns; cell++) {
      const top = Math.floor(cell / columns) * patch
      const left = (cell % columns) * patch
      for (let p = 0; p < patch * patch; p++) {
        for (let colour = 0; colour < 3; colour++) {
          const y = top + Math.floor(p / patch)
          out[at++] = pixels[((n * 3 + colour) * height + y) * width + left + (p % patch)]!
        }
      }
    }
  }
  return tf.tensor4d(out, [batch, rows, columns, patch * patch * 3])
}

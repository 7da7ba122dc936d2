import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeHalf } from '../../ml/float16'
import { prepareBackbone } from '../../nn/onnx/backbones/prepareBackbone'
import { tinyPyramid } from '../../nn/onnx/backbones/__fixtures__/tinyPyramid'
import { createGraphBuilder, ELEMENTS } from '../../nn/onnx/graphBuilder'
import { tensorOf } from '../../nn/onnx/session'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import { picture } from '../inference/__fixtures__/inferenceInNode'

const IMAGE = picture(96, 64)

async function featuresOf(file: Uint8Array<ArrayBuffer>) {
  const prepared = prepareBackbone('mobile.onnx', file)!
  return prepared.extract(await openNodeSession(prepared.onnx), IMAGE)
}

describe('a feature pyramid', () => {
  test('gets x / 127.5 - 1 and gives its four maps, channels last', async () => {
    const plane = 96 * 64
    const data = new Float32Array(3 * plane)
    for (let p = 0; p < plane; p++)
      for (let c = 0; c < 3; c++) data[c * plane + p] = IMAGE.data[4 * p + c]! / 127.5 - 1
    const raw = await (await openNodeSession(tinyPyramid())).run({
      pixel_values: { data, dims: [1, 3, 64, 96] },
    })
    const pack = await featuresOf(tinyPyramid())
    expect(pack.levels.map(({ stride, channels }) => [stride, channels])).toEqual([
      [4, 8],
      [8, 10],
      [16, 12],
      [32, 14],
    ])
    for (const { stride, channels, data: halves } of pack.levels) {
      const values = decodeHalf(halves)
      const map = tensorOf(raw, `feat${stride}`).data
      const count = values.length / channels
      expect(map.length).toBe(values.length)
      for (let p = 0; p < count; p++)
        for (let c = 0; c < channels; c++)
          expect(Math.abs(values[p * channels + c]! - map[c * count + p]!)).toBeLessThan(4e-3)
      expect(Math.max(...map)).toBeGreaterThan(0.2)
    }
  })

  test('further outputs are left out of the graph that runs', () => {
    const prepared = prepareBackbone('mobile.onnx', tinyPyramid({ hasScores: true }))!
    expect(new TextDecoder('latin1').decode(prepared.onnx)).not.toContain('GlobalAveragePool')
  })

  test('a missing map is named, with what is there and what to do', () => {
    expect(() => prepareBackbone('mobile.onnx', tinyPyramid({ strides: [4, 8, 16] }))).toThrow(
      'mobile.onnx: as a feature pyramid it should give feat4, feat8, feat16, feat32, but it gives feat4, feat8, feat16 (feat32 missing)',
    )
  })

  test('values that are no numbers are not kept', async () => {
    await expect(featuresOf(tinyPyramid({ gain: NaN }))).rejects.toMatchObject({
      code: 'model/bad-output',
      message: expect.stringContaining('gave NaN in "feat4"') as string,
    })
    await expect(featuresOf(tinyPyramid({ gain: 1e9 }))).rejects.toThrow(/gave \d+.* in "feat4"/)
  })
})

test('a graph that computes in half precision is refused and told what to take', () => {
  const graph = createGraphBuilder()
  const x = graph.input('pixel_values', [1, 3, 'h', 'w'], 'float16')
  for (const stride of [4, 8, 16, 32]) {
    graph.node('Identity', [x], {}, `feat${stride}`)
    graph.output(`feat${stride}`, [1, 3, 'h', 'w'], 'float16')
  }
  expect(ELEMENTS.float16).toBe(10)
  expect(() => prepareBackbone('half.onnx', graph.finish('half', {}))).toThrow(
    'half.onnx: it computes in half precision (its input "pixel_values" is float16)',
  )
})

test('a second input is refused by its name', () => {
  const graph = createGraphBuilder()
  graph.input('mask', [1])
  const x = graph.input('pixel_values', [1, 3, 'h', 'w'])
  graph.node('Identity', [x], {}, 'feat4')
  graph.output('feat4', [1, 3, 'h', 'w'])
  expect(() => prepareBackbone('two.onnx', graph.finish('two', {}))).toThrow(
    'besides "pixel_values" it wants mask',
  )
})

// Third-party weights that are not in the repository: looked for beside it.
const FOLDER = '../shared/models/mobilenet_v2_imagenet'
const FEATURES = `${FOLDER}/mobilenet_v2_1.0_features_fp16w.onnx`
const CLASSIFIER = `${FOLDER}/mobilenet_v2_1.0_classifier_fp16w.onnx`

describe.skipIf(!existsSync(FEATURES))(
  `real MobileNetV2 weights (skipped unless ${FEATURES} is there)`,
  () => {
    test('give 24, 32, 96 and 320 channels that follow the picture, and the cut classifier gives the same', async () => {
      const pack = await featuresOf(new Uint8Array(readFileSync(FEATURES)))
      expect(pack.levels.map(({ channels }) => channels)).toEqual([24, 32, 96, 320])
      const cut = await featuresOf(new Uint8Array(readFileSync(CLASSIFIER)))
      for (const [i, { data }] of pack.levels.entries()) {
        const values = decodeHalf(data)
        const others = decodeHalf(cut.levels[i]!.data)
        const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - others[at]!)), 0)
        expect(worst).toBeLessThan(1e-2)
        const spread = Math.max(...values) - Math.min(...values)
        expect(spread).toBeGreaterThan(1)
      }
    })
  },
)

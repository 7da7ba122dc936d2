import { describe, expect, test, vi } from 'vitest'
import type { BinaryMask } from '../../core/raster'
import { pasteMap } from '../../ml/imaging/pasteMap'
import { stabilityOf } from '../../ml/quality'
import { positionalCode, positionOf } from '../../nn/onnx/promptable/__fixtures__/decoderBody'
import { createGraphOps } from '../../nn/onnx/promptable/__fixtures__/graphOps'
import { sam1Decoder, sam1Encoder } from '../../nn/onnx/promptable/__fixtures__/sam1Graphs'
import { IMAGENET, normalised } from '../../nn/onnx/promptable/canvasInput'
import { letterbox } from '../../nn/onnx/promptable/placement'
import { cornerPoints, PADDING_POINT, pointValues } from '../../nn/onnx/promptable/promptPoints'
import { letterboxedAnswer, toCanvasPixels } from '../../nn/onnx/promptable/regionAnswer'
import { tensorOf } from '../../nn/onnx/session'
import { openNodeSession } from '../__fixtures__/nodeOrt'
import { flatPicture, openPromptable } from '../__fixtures__/promptableFixture'

/** The test vectors of the SAM notes, §10. */
vi.setConfig({ testTimeout: 60_000 })

const rounded = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Math.round(value * 1e6) / 1e6)

describe('the vectors of the SAM notes', () => {
  test.each([
    [1500, 2250, 683, 1024],
    [1200, 1800, 683, 1024],
    [371, 586, 648, 1024],
    [630, 230, 1024, 374],
    [262, 192, 1024, 750],
    [1, 5000, 1, 1024], // 0 before the clamp
  ])('T1: a picture of %i x %i (H x W) fills %i x %i of the canvas', (height, width, rows, columns) => {
    expect(letterbox({ width, height }, 1024)).toEqual({ side: 1024, columns, rows })
  })

  test.each([
    [{ height: 371, width: 586 }, [100, 50, 300, 120], [174.744027, 87.331536, 524.232082, 209.595687]],
    [{ height: 1200, width: 1800 }, [75, 275, 1725, 850], [42.666667, 156.520833, 981.333333, 483.791667]],
  ])('T2: corners on the canvas of %o', (region, [x0, y0, x1, y1], expected) => {
    const boxPx = { x: x0!, y: y0!, width: x1! - x0!, height: y1! - y0! }
    const corners = cornerPoints(boxPx, region, letterbox(region, 1024))
    expect(rounded(corners.flatMap(({ x, y }) => [x, y]))).toEqual(expected)
    expect(corners.map(({ label }) => label)).toEqual([2, 3])
  })

  test.each([
    [128, [0.074065, 0.205182, 0.426492]],
    [0, [-2.117904, -2.035714, -1.804444]],
  ])('T3: %i normalised', (value, expected) => {
    expect(rounded([0, 1, 2].map((channel) => normalised(value, channel, IMAGENET)))).toEqual(expected)
  })

  test('T4: logits go to canvas pixels, lose the padding, and then go to the picture', () => {
    const token = { logits: Float32Array.of(-1, 1, -1, 3), rows: 2, columns: 2, predictedIou: 1 }
    const whole = { x: 0, y: 0, width: 4, height: 4 }
    expect([...toCanvasPixels(token, 4, whole)]).toEqual(
      [
        [-1, -0.5, 0.5, 1],
        [-1, -0.375, 0.875, 1.5],
        [-1, -0.125, 1.625, 2.5],
        [-1, 0, 2, 3],
      ].flat(),
    )
    const region = { width: 8, height: 6 }
    const placement = letterbox(region, 4)
    expect(placement).toEqual({ side: 4, columns: 4, rows: 3 })
    const boxPx = { x: 0, y: 0, ...region }
    const answer = letterboxedAnswer([token], region, placement, boxPx, () => new Float32Array(0))
    const { data } = pasteMap(answer.candidates[0]!.logits, answer.frame, boxPx)
    expect(Array.from(data.slice(0, 8))).toEqual([-1, -0.875, -0.625, -0.25, 0.25, 0.625, 0.875, 1])
    expect(Array.from(data.slice(40))).toEqual([
      -1, -0.78125, -0.34375, 0.3125, 1.1875, 1.84375, 2.28125, 2.5,
    ])
    const mask = Array.from({ length: 6 }, (_, y) =>
      Array.from(data.slice(y * 8, y * 8 + 8), (logit) => (logit > 0 ? 1 : 0)).join(''),
    )
    expect(mask).toEqual(['00001111', '00001111', '00001111', '00011111', '00011111', '00011111'])
  })

  test('T5: stability counts strictly above its two thresholds', () => {
    const logits = Float32Array.of(-2, -0.5, 0.5, 2, -1.5, -0.9, 0.9, 1.5, -3, -1, 1, 3)
    const everywhere: BinaryMask = { width: 4, height: 3, data: new Uint8Array(12).fill(1) }
    expect(stabilityOf({ width: 4, height: 3, data: logits }, everywhere, 0, 1)).toBe(0.375)
  })

  test('T6: a graph that picks one mask picks by the number of points', async () => {
    const decoder = await openNodeSession(sam1Decoder({ isSingle: true }))
    const embedding = { data: new Float32Array(256 * 64 * 64), dims: [1, 256, 64, 64] }
    const corners = [
      { x: 100, y: 100, label: 2 },
      { x: 200, y: 200, label: 3 },
    ]
    const scoreFor = async (points: typeof corners) => {
      const { coordinates, labels } = pointValues(points)
      const outputs = await decoder.run({
        image_embeddings: embedding,
        point_coords: { data: coordinates, dims: [1, points.length, 2] },
        point_labels: { data: Float32Array.from(labels), dims: [1, points.length] },
        mask_input: { data: new Float32Array(256 * 256), dims: [1, 1, 256, 256] },
        has_mask_input: { data: Float32Array.of(0), dims: [1] },
        orig_im_size: { data: Float32Array.of(64, 64), dims: [2] },
      })
      return rounded(tensorOf(outputs, 'iou_predictions').data)
    }
    expect(await scoreFor(corners)).toEqual([0.95]) // token 2
    expect(await scoreFor([...corners, PADDING_POINT])).toEqual([0.8]) // token 0
    // So a box is sent with a padding point there, whether or not the graph tells its number of masks beforehand.
    for (const hidesSizes of [false, true]) {
      const single = await openPromptable(sam1Encoder(), sam1Decoder({ isSingle: true, hidesSizes }))
      const region = flatPicture(100, 80)
      const seen = { region, embedding: await single.encode(region) }
      const boxPx = { x: 20, y: 20, width: 40, height: 30 }
      for (const clicks of [[], [{ pointPx: { x: 30, y: 30 }, isPositive: true }]]) {
        const { candidates } = await single.ask(seen, { boxPx, clicks })
        expect(candidates.map(({ predictedIou }) => predictedIou)).toEqual([Math.fround(0.8)])
      }
    }
  })

  test('T7: the positional code of a point, as the graphs of the fixtures have it', async () => {
    const ops = createGraphOps()
    const points = ops.graph.input('points', [1, 2])
    const position = positionOf(ops, points, 1024)
    ops.name(position, 'position')
    ops.name(positionalCode(ops, position, ops.vector([1, 0, 0, 1], [2, 2])), 'code')
    ops.graph.output('position', [1, 2])
    ops.graph.output('code', [1, 4])
    const session = await openNodeSession(ops.graph.finish('positional-code', {}))
    const outputs = await session.run({ points: { data: Float32Array.of(255.5, 127.5), dims: [1, 2] } })
    expect([...tensorOf(outputs, 'position').data]).toEqual([-0.5, -0.75])
    const expected = [0, 1, -1, 0]
    tensorOf(outputs, 'code').data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6))
  })
})

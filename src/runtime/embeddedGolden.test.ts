import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { cropFrameOf } from '../ml/imaging/gridFrame'
import { sampleCrop } from '../ml/imaging/cropSampling'
import { checkEmbedded } from '../nn/onnx/checkTensors'
import { extractFeatures } from '../nn/onnx/embeddedFeatures'
import { goldenDifference, goldenPicture, readGolden } from '../nn/onnx/embeddedGolden'
import { readEmbeddedManifest } from '../nn/onnx/embeddedManifest'
import { prepareCrop, segmentCrop, type PromptedCrop } from '../nn/onnx/embeddedSegmenter'
import { openNodeSession } from './__fixtures__/nodeOrt'

/** Expected values that training/golden.py computed in torch from the very weights in public/models. */
interface Golden {
  readonly picture: { readonly width: number; readonly height: number }
  readonly cropSide: number
  readonly cropFactor: number
  readonly cases: readonly {
    readonly boxPx: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly square: { readonly left: number; readonly top: number; readonly side: number }
    readonly boxCropPixels: number
    /** Image pixels. */
    readonly clicks: readonly { readonly x: number; readonly y: number; readonly isPositive: boolean }[]
    /** Index of the earlier case whose logits come back as the former answer. */
    readonly former: number | null
    /** Sum over the crop of each prompt channel. */
    readonly promptSums: readonly number[]
    readonly input: readonly { readonly x: number; readonly y: number; readonly rgb: readonly number[] }[]
    readonly logits: readonly { readonly x: number; readonly y: number; readonly value: number }[]
    readonly quality: number
  }[]
  readonly shrunkCrop: {
    readonly square: { readonly left: number; readonly top: number; readonly side: number }
    readonly cropSide: number
    readonly mean: number
    readonly values: readonly { readonly x: number; readonly y: number; readonly rgb: readonly number[] }[]
  }
}

// Compiling the wasm runtime may take seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const FOLDER = 'public/models/'

const read = (file: string): unknown => JSON.parse(readFileSync(FOLDER + file, 'utf8'))

describe('the embedded model against torch', async () => {
  const golden = read('golden.json') as Golden
  const model = readEmbeddedManifest(read('manifest.json'))
  const sessions = {
    encoder: await openNodeSession(readFileSync(FOLDER + model.files.encoder.file)),
    decoder: await openNodeSession(readFileSync(FOLDER + model.files.decoder.file)),
  }
  const picture = goldenPicture(golden.picture)

  test('the files have exactly the tensors that the manifest promises', () => {
    expect(() => checkEmbedded(sessions, model)).not.toThrow()
    expect(() => checkEmbedded({ encoder: sessions.decoder, decoder: sessions.encoder }, model)).toThrow(
      'expected image, prompt',
    )
  })

  const frameOf = (boxPx: Golden['cases'][number]['boxPx']) => {
    const box = { x: boxPx.x, y: boxPx.y, width: boxPx.w, height: boxPx.h }
    return { box, frame: cropFrameOf(box, golden.cropFactor, golden.cropSide) }
  }

  /** A case's crop, with the former answer that it says it had. */
  async function cropOf({ boxPx, clicks, former }: Golden['cases'][number]): Promise<PromptedCrop> {
    const { box, frame } = frameOf(boxPx)
    const earlier = former === null || former === undefined ? null : await cropOf(golden.cases[former]!)
    const formerLogits = earlier === null ? null : (await segmentCrop(sessions, model, earlier, false)).logits
    const pointed = clicks.map(({ x, y, isPositive }) => ({ pointPx: { x, y }, isPositive }))
    return prepareCrop(picture, frame, { boxPx: box, clicks: pointed, formerLogits }, model)
  }

  test.each(golden.cases)(
    'input and logits of box $boxPx, clicks $clicks, former $former',
    async (expected) => {
      const { frame } = frameOf(expected.boxPx)
      expect(frame.originPx.x).toBeCloseTo(expected.square.left, 9)
      expect(frame.widthPx).toBeCloseTo(expected.square.side, 9)
      const crop = await cropOf(expected)
      const plane = golden.cropSide ** 2
      const sums = model.prompt.channels.map((_, i) =>
        crop.prompt.subarray(i * plane, (i + 1) * plane).reduce((sum, value) => sum + value, 0),
      )
      expect(sums[0]).toBe(expected.boxCropPixels)
      expected.promptSums.forEach((sum, i) => expect(Math.abs(sums[i]! - sum)).toBeLessThan(0.05))
      for (const { x, y, rgb } of expected.input) {
        for (let c = 0; c < 3; c++) {
          expect(crop.image[c * plane + y * golden.cropSide + x]).toBeCloseTo(rgb[c]!, 4)
        }
      }
      const { logits, predictedIou } = await segmentCrop(sessions, model, crop, false)
      for (const { x, y, value } of expected.logits) {
        expect(Math.abs(logits[y * golden.cropSide + x]! - value)).toBeLessThan(1e-3)
      }
      expect(Math.abs(predictedIou - expected.quality)).toBeLessThan(1e-3)
    },
  )

  test('what the tab compares before it trusts a backend fits these weights', async () => {
    const stored = readGolden(read('golden.json'))!
    expect(await goldenDifference(sessions, model, stored)).toBeLessThan(1e-3)
    const shifted = {
      ...stored,
      logits: stored.logits.map((probe) => ({ ...probe, value: probe.value + 1 })),
    }
    expect(await goldenDifference(sessions, model, shifted)).toBeGreaterThan(0.02)
  })

  test('a crop that is shrunk and leaves the picture', () => {
    const { square, cropSide: side, mean, values } = golden.shrunkCrop
    const crop = sampleCrop(picture, {
      originPx: { x: square.left, y: square.top },
      widthPx: square.side,
      heightPx: square.side,
      columns: side,
      rows: side,
    })
    expect(crop.reduce((sum, value) => sum + value, 0) / crop.length).toBeCloseTo(mean, 3)
    for (const { x, y, rgb } of values) {
      for (let c = 0; c < 3; c++) expect(crop[c * side * side + y * side + x]).toBeCloseTo(rgb[c]!, 3)
    }
  })

  test('flip averaging gives a mirrored picture the mirrored answer', async () => {
    const { box, frame } = frameOf({ x: 20, y: 15, w: 21, h: 15 })
    const crop = prepareCrop(picture, frame, { boxPx: box, clicks: [], formerLogits: null }, model)
    const mirror = (planes: Float32Array): Float32Array =>
      planes.map((_, i) => planes[i - (i % frame.columns) + (frame.columns - 1 - (i % frame.columns))]!)
    const straight = await segmentCrop(sessions, model, crop, true)
    const mirrored = await segmentCrop(
      sessions,
      model,
      { side: frame.columns, image: mirror(crop.image), prompt: mirror(crop.prompt) },
      true,
    )
    const back = mirror(mirrored.logits)
    const worst = straight.logits.reduce((w, value, i) => Math.max(w, Math.abs(value - back[i]!)), 0)
    expect(worst).toBeLessThan(1e-3)
  })

  test('features have the promised shapes and refuse a size the network cannot take', async () => {
    const image = { width: 96, height: 64, data: new Uint8ClampedArray(96 * 64 * 4).map((_, i) => i % 251) }
    const pack = await extractFeatures(sessions.encoder, model, image)
    expect(pack.levels.map(({ stride, channels, data }) => [stride, channels, data.length])).toEqual([
      [4, 48, 24 * 16 * 48],
      [8, 96, 12 * 8 * 96],
      [16, 160, 6 * 4 * 160],
      [32, 224, 3 * 2 * 224],
    ])
    await expect(extractFeatures(sessions.encoder, model, { ...image, width: 95 })).rejects.toThrow(
      'multiples of 32',
    )
  })
})

import { describe, expect, test } from 'vitest'
import { defaultParams } from '../../core/params'
import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { cropFrameOf, type GridFrame } from '../imaging/gridFrame'
import type { Click, CropAnswer, CropPrompt, FormerAnswer, GeneratedMask } from './generator'
import { segmentBox, type SegmentParams } from './segmentBox'
import { segmenter } from './segmenter'

/** A model that sees a soft disc of radius 20 around (60, 50), and keeps what it was asked. */
const CENTRE = { x: 60, y: 50 }
const BOX: Box = { x: 40, y: 30, width: 40, height: 40 }
const calibration = {
  networkWeight: 1,
  otsuWeight: 0,
  blurPx: 0,
  keepInsideBoxDilated: 0.05,
  iouExponent: 0,
  sparseFill: 0.25,
  sparseThreshold: 0.5,
}

function discLogits(frame: GridFrame, radius: number): Float32Array {
  return Float32Array.from({ length: frame.columns * frame.rows }, (_, p) => {
    const x = frame.originPx.x + (((p % frame.columns) + 0.5) * frame.widthPx) / frame.columns
    const y = frame.originPx.y + ((Math.floor(p / frame.columns) + 0.5) * frame.heightPx) / frame.rows
    return (radius - Math.hypot(x - CENTRE.x, y - CENTRE.y)) / 3
  })
}

function flatPicture(width: number, height: number): RgbaImage {
  return { width, height, data: new Uint8ClampedArray(width * height * 4).fill(128) }
}

interface Model {
  readonly canvasSide: number | null
  readonly asked: CropPrompt[]
  readonly segment: (prompt: CropPrompt) => Promise<CropAnswer>
}

/** `radii`: one candidate for each, the estimates of IoU falling from .9. */
function model(canvasSide: number | null, radii: readonly number[] = [20]): Model {
  const asked: CropPrompt[] = []
  return {
    canvasSide,
    asked,
    segment: (prompt) => {
      asked.push(prompt)
      const { x, y, width, height } = prompt.regionPx ?? { x: 0, y: 0, width: 200, height: 150 }
      const frame =
        canvasSide === null
          ? cropFrameOf(prompt.boxPx, 1.6, 128)
          : { originPx: { x, y }, widthPx: width, heightPx: height, columns: 256, rows: 192 }
      const candidates = radii.map((radius, i) => {
        const logits = discLogits(frame, radius)
        return { logits, predictedIou: 0.9 - 0.1 * i, feedback: logits }
      })
      return Promise.resolve({ frame, candidates, calibration })
    },
  }
}

function run(
  from: Model,
  more: {
    boxPx?: Box
    clicks?: readonly Click[]
    former?: FormerAnswer | null
    params?: Partial<SegmentParams>
    image?: RgbaImage
  } = {},
): Promise<GeneratedMask> {
  const { boxPx = BOX, clicks = [], former = null, params = {}, image = flatPicture(200, 150) } = more
  return segmentBox(
    { image, boxPx, clicks, former },
    { ...(defaultParams(segmenter.params) as unknown as SegmentParams), ...params },
    { seed: 0, segmenter: from },
    { signal: new AbortController().signal, onProgress: () => {} },
  )
}

const areaOf = ({ data }: { readonly data: Uint8Array }): number => data.reduce((sum, bit) => sum + bit, 0)

describe('candidates', () => {
  test('the best comes first, the others only where they look different, under names of their own', async () => {
    const made = await run(model(null, [20, 20, 12]))
    const masks = [made, ...made.alternatives]
    expect(made.scores.predictedIou).toBe(0.9)
    expect(masks.length).toBeGreaterThan(1)
    expect(masks.length).toBeLessThanOrEqual(5)
    expect(new Set(masks.map(({ label }) => label)).size).toBe(masks.length)
    for (const [i, { mask }] of masks.entries()) {
      for (const { mask: other } of masks.slice(0, i)) {
        const both = mask.data.filter((bit, p) => bit === 1 && other.data[p] === 1).length
        expect(both / (areaOf(mask) + areaOf(other) - both)).toBeLessThanOrEqual(0.97)
      }
    }
  })

  test('evidence is what was cut: 0 where no mask may be', async () => {
    const { evidence, boundsPx, mask } = await run(model(null), { params: { cleanUp: false } })
    const { scores, threshold } = evidence!
    expect(mask.data.every((bit, p) => bit === (scores.data[p]! > Math.fround(threshold) ? 1 : 0))).toBe(true)
    // The box may be left by 2 px; the patch ends there.
    expect(boundsPx).toEqual({ x: 38, y: 28, width: 44, height: 44 })
  })

  test('every reading is kept for the drawing style, also those that look alike', async () => {
    const { readings } = await run(model(null, [20, 20]))
    expect(readings.map(({ kind }) => kind).sort()).toEqual([
      'fused-tight',
      'fused-tight',
      'network',
      'network',
      'thin',
      'thin',
    ])
  })
})

describe('the answer that a click corrects', () => {
  const inside: Click = { pointPx: { x: 50, y: 45 }, isPositive: true }
  const outside: Click = { pointPx: { x: 95.5, y: 45 }, isPositive: true }

  test('goes back to the model with all clicks', async () => {
    const asked = model(null)
    const { former } = await run(asked)
    await run(asked, { clicks: [inside], former })
    expect(asked.asked[0]).toMatchObject({ clicks: [], former: null, regionPx: null })
    expect(asked.asked[1]!.clicks).toEqual([inside])
    expect(asked.asked[1]!.former?.feedback).toBe(former!.feedback)
  })

  test('is dropped by a crop model when a click widens the box', async () => {
    const asked = model(null)
    const { former } = await run(asked)
    await run(asked, { clicks: [outside], former })
    expect(asked.asked[1]).toMatchObject({ boxPx: { x: 40, y: 30, width: 56, height: 40 }, former: null })
  })

  test('stays for a model that looks at the same region', async () => {
    const asked = model(1024)
    const { former } = await run(asked)
    await run(asked, { clicks: [outside], former })
    // 40 of 200 px are 205 on the canvas: the whole picture.
    expect(asked.asked.map(({ regionPx }) => regionPx)).toEqual([null, null])
    expect(asked.asked[1]!.former?.feedback).toBe(former!.feedback)
  })

  test('a small box in a large picture: the click looks at the crop of the box', async () => {
    const asked = model(1024)
    const image = flatPicture(3000, 2000)
    const { former } = await run(asked, { image })
    await run(asked, { image, clicks: [{ ...inside, pointPx: { x: 81.5, y: 45 } }], former })
    expect(asked.asked[0]!.regionPx).toMatchObject({ width: 76, height: 76 })
    expect(asked.asked[1]!.regionPx).toEqual(asked.asked[0]!.regionPx)
    expect(asked.asked[1]!.former).not.toBeNull()
  })

  test('a positive click where nothing is believed makes no mask, one on the mask keeps even a speck', async () => {
    const speck = model(null, [2.2])
    const click: Click = { pointPx: CENTRE, isPositive: true }
    const boxPx = { x: 20, y: 20, width: 80, height: 80 }
    const fixed = { threshold: 'fixed', fixedThreshold: 0.5, detail: 'off' }
    expect((await run(speck, { boxPx, params: fixed })).isUnresolved).toBe(true)
    const pointed = await run(speck, { boxPx, params: fixed, clicks: [click] })
    expect(pointed.isUnresolved).toBe(false)
    expect(areaOf(pointed.mask)).toBeGreaterThan(5)
  })
})

describe('large boxes', () => {
  const boxPx = { x: 0, y: 0, width: 200, height: 150 }
  test('are looked at again in tiles, unless that is switched off', async () => {
    const closer = model(null)
    await run(closer, { boxPx })
    expect(closer.asked.length).toBeGreaterThan(1)
    const once = model(null)
    await run(once, { boxPx, params: { detail: 'off' } })
    expect(once.asked.length).toBe(1)
  })

  test('the tiles hear the clicks that concern them', async () => {
    const asked = model(null)
    const clicks = [
      { pointPx: CENTRE, isPositive: true },
      { pointPx: { x: 190, y: 140 }, isPositive: false },
    ]
    await run(asked, { boxPx, clicks })
    expect(asked.asked[0]!.clicks).toEqual(clicks)
    const heard = asked.asked.slice(1).flatMap((prompt) => prompt.clicks)
    expect(heard).toContainEqual(clicks[0])
    const beside = asked.asked.slice(1).filter(({ boxPx: { x } }) => x > CENTRE.x)
    expect(beside.flatMap((prompt) => prompt.clicks)).not.toContainEqual(clicks[0])
  })

  test('a model that sees any rectangle gets the tiles with some surroundings, inside the picture', async () => {
    const closer = model(128, [60, 19])
    const image = flatPicture(400, 300)
    await run(closer, { image, boxPx: { x: 0, y: 0, width: 400, height: 300 } })
    expect(closer.asked.length).toBeGreaterThan(1)
    for (const { boxPx: prompt, regionPx } of closer.asked.slice(1)) {
      expect(regionPx!.x).toBeLessThanOrEqual(prompt.x)
      expect(regionPx!.x + regionPx!.width).toBeGreaterThanOrEqual(prompt.x + prompt.width)
      expect(regionPx!.x + regionPx!.width).toBeLessThanOrEqual(400)
      expect(regionPx!.width).toBeLessThanOrEqual(128 * 1.5 + 1)
    }
  })

  test('a box of many million pixels gives a mask of its size, without gigabytes of evidence', async () => {
    // The pixels of the picture are not needed: only its size and what the crops read.
    const image = flatPicture(4200, 3100)
    const made = await run(model(1024), {
      image,
      boxPx: { x: 0, y: 0, width: 4200, height: 3100 },
      params: { detail: 'off', threshold: 'fixed', fixedThreshold: 0.5 },
    })
    expect([made.mask.width, made.mask.height]).toEqual([4200, 3100])
    expect(made.evidence).toBeNull()
    expect(made.readings).toEqual([])
  })
})

test('several masks of a model: its own estimates decide, and a mask that outgrows the box comes last', async () => {
  const image = flatPicture(200, 150)
  const three = await run(model(1024, [60, 19, 8]), { image })
  // The first outgrows the box; of the others the one with the better estimate.
  expect(three.scores.predictedIou).toBeCloseTo(0.8)
  const four = await run(model(1024, [19, 60, 18, 8]), { image })
  // The single-mask token comes first only when it is stable; with this soft edge the best of the other three does.
  expect(four.scores.predictedIou).toBeCloseTo(0.7)
})

import { describe, expect, test } from 'vitest'
import { defaultParams } from '../../core/params'
import type { BinaryMask, RgbaImage } from '../../core/raster'
import { CAM_PARAMS } from './camParams'
import { extendByInpainting, type ExtensionResult, type ExtensionStep } from './extendByInpainting'
import { inpaint } from './inpaint/inpaint'
import { laplaceFill } from './inpaint/laplaceFill'
import { sharpenByResidual } from './sharpenByResidual'

const params = { ...defaultParams(CAM_PARAMS), sharpen: 'off' }

function greyPicture(width: number, height: number, greys: ArrayLike<number>): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let p = 0; p < width * height; p++) data.fill(greys[p]!, 4 * p, 4 * p + 3)
  return { width, height, data }
}
const greysOf = ({ data }: RgbaImage) => [...data].filter((_, i) => i % 4 === 0)
const positions = ({ data }: BinaryMask) => [...data.keys()].filter((p) => data[p] === 1)

async function run(
  steps: AsyncGenerator<ExtensionStep, ExtensionResult, undefined>,
): Promise<{ steps: ExtensionStep[]; result: ExtensionResult }> {
  const seen: ExtensionStep[] = []
  for (;;) {
    const next = await steps.next()
    if (next.done === true) return { steps: seen, result: next.value }
    seen.push(next.value)
  }
}

/** The toy of methods T8: activation relu(|v - 50| - 15), logit sum / 20 - 1. */
async function toyAnswer(picture: RgbaImage) {
  const cam = Float32Array.from(greysOf(picture), (v) => Math.max(0, Math.abs(v - 50) - 15))
  const logit = cam.reduce((sum, v) => sum + v, 0) / 20 - 1
  return {
    score: 1 / (1 + Math.exp(-logit)),
    cam: { width: picture.width, height: picture.height, data: cam },
  }
}
async function linearFill(picture: RgbaImage, mask: BinaryMask): Promise<RgbaImage> {
  const start = { width: picture.width, height: picture.height, data: Float32Array.from(greysOf(picture)) }
  return greyPicture(picture.width, picture.height, laplaceFill(start, mask).data)
}

describe('extendByInpainting', () => {
  test('the 1-D toy of methods T8: one part found, the rest no longer looks defective', async () => {
    const image = greyPicture(9, 1, [50, 50, 52, 90, 95, 70, 52, 50, 50])
    const { steps, result } = await run(
      extendByInpainting(
        image,
        params,
        { ask: toyAnswer, inpaint: linearFill },
        { dilationPx: 0, leastAddedPx: 1 },
      ),
    )
    expect(steps.map(({ stop }) => stop)).toEqual([null, 'score'])
    const [first, second] = steps
    expect(first!.score).toBeCloseTo(0.880797, 6)
    expect(positions(first!.added)).toEqual([3, 4])
    expect(greysOf(first!.picture)).toEqual([50, 50, 52, 58, 64, 70, 52, 50, 50])
    expect(second!.score).toBeCloseTo(0.320821, 6)
    const expected = [0, 0, 0, 0.733997, 0.880797, 0.146799, 0, 0, 0]
    for (const [p, value] of expected.entries()) expect(second!.accumulated.data[p]).toBeCloseTo(value, 6)
    expect(result.stop).toBe('score')
    expect(result.map.data[4]).toBeCloseTo(1, 4)
  })

  /** A classifier that sees the strongest of two spots only: full activation on pixels of its brightest grey above 50. */
  async function seesBrightestOnly(picture: RgbaImage) {
    const greys = greysOf(picture)
    const brightest = greys.reduce((max, v) => Math.max(max, v), 0)
    const cam = Float32Array.from(greys, (v) => (v > 80 && v > brightest - 10 ? v : 0))
    const data = brightest > 80 ? cam : new Float32Array(greys.length)
    return {
      score: brightest > 80 ? 0.9 : 0.1,
      cam: { width: picture.width, height: picture.height, data },
    }
  }
  const twoSpots = () => {
    const greys = new Float32Array(40 * 20).fill(50)
    for (let y = 8; y < 12; y++) {
      for (let x = 6; x < 10; x++) greys[y * 40 + x] = 200
      for (let x = 30; x < 34; x++) greys[y * 40 + x] = 120
    }
    return greyPicture(40, 20, greys)
  }
  const work = {
    ask: seesBrightestOnly,
    inpaint: async (image: RgbaImage, mask: BinaryMask) => inpaint({ image, mask, normals: [], seed: 0 }),
  }

  test('finds a second part that the first one outshone', async () => {
    const { steps, result } = await run(extendByInpainting(twoSpots(), params, work))
    expect(steps.map(({ stop }) => stop)).toEqual([null, null, 'score'])
    expect(result.map.data[10 * 40 + 7]).toBeCloseTo(1, 4)
    expect(result.map.data[10 * 40 + 31]).toBeCloseTo(1, 4)
    expect(result.map.data[10 * 40 + 20]).toBe(0)
  })

  test('stops after the last round', async () => {
    const { steps, result } = await run(extendByInpainting(twoSpots(), { ...params, inpaintRounds: 1 }, work))
    expect(steps.map(({ stop }) => stop)).toEqual(['rounds'])
    expect(result.map.data[10 * 40 + 31]).toBe(0)
  })

  test('paints nothing when the mask would cover too much, and keeps the activation', async () => {
    const { steps, result } = await run(
      extendByInpainting(twoSpots(), { ...params, maximalShare: 0.05 }, work),
    )
    // 16 px dilated by 2 px are 52 of 800, more than 40.
    expect(steps.map(({ stop }) => stop)).toEqual(['too-large'])
    expect(positions(steps[0]!.mask)).toEqual([])
    expect(result.map.data[10 * 40 + 7]).toBeCloseTo(1, 4)
  })

  test('a picture that the classifier misses is left to a person', async () => {
    const plain = greyPicture(40, 20, new Float32Array(800).fill(50))
    const { steps, result } = await run(extendByInpainting(plain, params, work))
    expect(steps.map(({ stop }) => stop)).toEqual(['missed'])
    expect(result).toMatchObject({ stop: 'missed', isSharpened: false })
  })

  test('a speck under nine pixels adds nothing', async () => {
    const greys = new Float32Array(800).fill(50)
    greys[410] = 200
    const { steps } = await run(extendByInpainting(greyPicture(40, 20, greys), params, work))
    expect(steps.map(({ stop }) => stop)).toEqual(['nothing-new'])
  })

  test('sharpens by itself on even surfaces only', async () => {
    const even = await run(extendByInpainting(twoSpots(), { ...params, sharpen: 'auto' }, work))
    expect(even.result.isSharpened).toBe(true)
    const uneven = twoSpots()
    // Stripes of 20 and 80: deviation 30 around every mask.
    for (let p = 0; p < 800; p++) {
      if (uneven.data[4 * p] === 50) uneven.data.fill(p % 2 === 0 ? 20 : 80, 4 * p, 4 * p + 3)
    }
    const kept = await run(extendByInpainting(uneven, { ...params, sharpen: 'auto' }, work))
    expect(kept.result.isSharpened).toBe(false)
  })
})

test('sharpening halves what inpainting left alone and keeps what it changed most', () => {
  const map = { width: 4, height: 1, data: Float32Array.of(1, 1, 1, 1) }
  const mask = { width: 4, height: 1, data: Uint8Array.of(1, 1, 1, 0) }
  const image = greyPicture(4, 1, [100, 100, 100, 100])
  // Changes 0, 20, 40; the 99th percentile of three is the greatest. Outside the mask nothing happens.
  const sharp = sharpenByResidual(map, image, greyPicture(4, 1, [100, 120, 60, 0]), mask)
  expect([...sharp.data]).toEqual([0.5, 0.75, 1, 1])
  expect(sharpenByResidual(map, image, image, mask)).toBe(map)
})

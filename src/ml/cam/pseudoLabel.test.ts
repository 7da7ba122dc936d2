import { describe, expect, test } from 'vitest'
import { defaultParams } from '../../core/params'
import { createRandom } from '../../core/random'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'
import { overlapOf } from '../metrics/iou'
import { PSEUDO_LABEL_PARAMS } from './camParams'
import type { CrfInput } from './crf/meanField'
import { refineByCrf } from './crf/refineByCrf'
import { dropSpecks } from './dropSpecks'
import { pseudoLabel } from './pseudoLabel'
import { powerProbabilities, seedProbabilities } from './unaryProbabilities'

const params = { ...defaultParams(PSEUDO_LABEL_PARAMS), maskFrom: 'crf' }
const refine = async (request: CrfInput) => refineByCrf(request)

function iou(mask: BinaryMask, truth: BinaryMask): number {
  const { intersectionPx, unionPx } = overlapOf(mask, truth)
  return intersectionPx / unionPx
}

interface Spot {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly rgb: readonly [number, number, number]
}

const discOf = (width: number, height: number, { x, y, radius }: Spot): BinaryMask => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, p) =>
    Math.hypot((p % width) - x, Math.floor(p / width) - y) <= radius ? 1 : 0,
  ),
})

/** A grey, slightly noisy surface with discs. */
function surface(width: number, height: number, spots: readonly Spot[]): RgbaImage {
  const random = createRandom(3)
  const data = new Uint8ClampedArray(4 * width * height).fill(255)
  const discs = spots.map((spot) => discOf(width, height, spot))
  for (let p = 0; p < width * height; p++) {
    const spot = spots.find((_, i) => discs[i]!.data[p] === 1)
    for (let c = 0; c < 3; c++) data[4 * p + c] = (spot?.rgb[c] ?? 150) + 4 * random.normal()
  }
  return { width, height, data }
}

/** As activation maps are: wider than the spot, and a little off. */
const blobAround = (width: number, height: number, { x, y, radius }: Spot): ScoreMap => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, p) => {
    const distance = Math.hypot((p % width) - x - radius / 4, Math.floor(p / width) - y)
    return 0.99 * Math.exp(-(distance ** 2) / (2 * (1.3 * radius) ** 2))
  }),
})

describe('pseudoLabel', () => {
  const dark: Spot = { x: 120, y: 70, radius: 12, rgb: [60, 60, 60] }

  test('the CRF brings a wide map to the edge of the spot, better than its threshold', async () => {
    const image = surface(300, 160, [dark])
    const maps = [blobAround(300, 160, dark)]
    const truth = discOf(300, 160, dark)
    const [byCrf] = await pseudoLabel({ image, maps, params }, refine)
    const [byThreshold] = await pseudoLabel(
      { image, maps, params: { ...params, maskFrom: 'threshold' } },
      refine,
    )
    expect(iou(byThreshold!.mask, truth)).toBeLessThan(0.5)
    expect(iou(byCrf!.mask, truth)).toBeGreaterThan(0.9)
    expect(byCrf).toMatchObject({ isLowConfidence: false })
    expect(byCrf!.ignore.data.includes(1)).toBe(false)
  })

  test('works on a window of at most 256 px, with the colour range scaled to it', async () => {
    const size = { width: 800, height: 400 }
    const spot = { ...dark, x: 400, y: 200, radius: 40 }
    const asked: CrfInput[] = []
    const [label] = await pseudoLabel(
      {
        image: surface(size.width, size.height, [spot]),
        maps: [blobAround(size.width, size.height, spot)],
        params,
      },
      async (request) => {
        asked.push(request)
        return refineByCrf(request)
      },
    )
    const { image, params: crf, probabilities } = asked[0]!
    // C > .15 within 52 * sqrt(2 ln(.99 / .15)) = 101.01 px of x 410: 203 columns and 160 px to each side.
    expect(image.width).toBe(256)
    expect(crf.colourPx).toBeCloseTo((80 * ((800 * 256) / 523)) / 500, 5)
    expect(probabilities.length).toBe(2 * image.width * image.height)
    expect(iou(label!.mask, discOf(size.width, size.height, spot))).toBeGreaterThan(0.9)
  })

  test('hard seeds lead there as well', async () => {
    const image = surface(200, 140, [dark])
    const seeded = { ...params, crfFrom: 'seeds', crfColourPx: 50, crfColourLevels: 10 } as const
    const [label] = await pseudoLabel({ image, maps: [blobAround(200, 140, dark)], params: seeded }, refine)
    expect(iou(label!.mask, discOf(200, 140, dark))).toBeGreaterThan(0.85)
  })

  test('two classes share no pixel, each keeps its own spot', async () => {
    const red: Spot = { x: 60, y: 60, radius: 10, rgb: [200, 60, 60] }
    const blue: Spot = { x: 84, y: 60, radius: 10, rgb: [60, 60, 200] }
    const image = surface(150, 120, [red, blue])
    const maps = [blobAround(150, 120, red), blobAround(150, 120, blue)]
    const [first, second] = await pseudoLabel({ image, maps, params }, refine)
    expect(first!.mask.data.some((bit, p) => bit === 1 && second!.mask.data[p] === 1)).toBe(false)
    expect(iou(first!.mask, discOf(150, 120, red))).toBeGreaterThan(0.85)
    expect(iou(second!.mask, discOf(150, 120, blue))).toBeGreaterThan(0.85)
  })

  test('an empty mask keeps the top .5 % of its map, with a rim of 5 px that teaches nothing', async () => {
    // Nothing exceeds the threshold. 40 x 25 pixels: .5 % are 5.
    const map = { width: 40, height: 25, data: new Float32Array(1000) }
    for (const [i, p] of [520, 521, 522, 523, 524, 525].entries()) map.data[p] = 0.2 - 0.01 * i
    const [label] = await pseudoLabel(
      { image: surface(40, 25, []), maps: [map], params: { ...params, maskFrom: 'threshold' } },
      refine,
    )
    expect(label!.isLowConfidence).toBe(true)
    expect([...label!.mask.data.keys()].filter((p) => label!.mask.data[p] === 1)).toEqual([
      520, 521, 522, 523, 524,
    ])
    expect(label!.ignore.data[520]).toBe(0)
    expect(label!.ignore.data[525]).toBe(1)
    expect([label!.ignore.data[529], label!.ignore.data[530]]).toEqual([1, 0])
  })

  test('a map without activation gives an empty mask of low confidence', async () => {
    const map = { width: 20, height: 20, data: new Float32Array(400) }
    const [label] = await pseudoLabel({ image: surface(20, 20, []), maps: [map], params }, refine)
    expect(label!.isLowConfidence).toBe(true)
    expect(label!.mask.data.includes(1)).toBe(false)
  })
})

describe('dropSpecks', () => {
  const line = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })
  test('drops pieces of fewer than nine pixels, but not the only one', () => {
    const long = Array.from({ length: 9 }, () => 1)
    expect([...dropSpecks(line(1, 1, 0, ...long)).data]).toEqual([0, 0, 0, ...long])
    expect([...dropSpecks(line(0, 1, 1, 0)).data]).toEqual([0, 1, 1, 0])
  })
})

describe('what the CRF starts from', () => {
  const map = { width: 3, height: 1, data: Float32Array.of(0.5, 0, 0.1) }
  test('background score and maps, divided by their sum', () => {
    // (1 - .5)^4 = .0625: .0625 / .5625 and .5 / .5625.
    const probabilities = powerProbabilities([map], 4)
    expect(probabilities[0]).toBeCloseTo(0.111111, 6)
    expect(probabilities[3]).toBeCloseTo(0.888889, 6)
    expect([probabilities[1], probabilities[4]]).toEqual([1, 0])
  })
  test('or seeds believed to .7, and nothing between them', () => {
    const probabilities = seedProbabilities([map], { foreground: 0.3, background: 0.05 })
    const expected = [0.3, 0.7, 0.5, 0.7, 0.3, 0.5]
    for (const [i, value] of expected.entries()) expect(probabilities[i]).toBeCloseTo(value, 6)
  })
})

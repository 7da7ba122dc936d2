import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry'
import { defaultParams, readParams } from '../../core/params'
import type { RgbaImage } from '../../core/raster'
import { cropFrameOf } from '../imaging/gridFrame'
import type { Generator, GeneratorContext } from './generator'
import { generators } from './index'

/** Grey surface with a dark, sharp 12 x 8 px defect at (30, 20). */
const DEFECT: Box = { x: 30, y: 20, width: 12, height: 8 }
function picture(width = 80, height = 60): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isDefect =
        x >= DEFECT.x && x < DEFECT.x + DEFECT.width && y >= DEFECT.y && y < DEFECT.y + DEFECT.height
      const grey = isDefect ? 60 : 150 + ((x + y) % 7)
      data.set([grey, grey, grey, 255], (y * width + x) * 4)
    }
  }
  return { width, height, data }
}

/** A segmenter that is sure about the defect and nothing else. */
const context: GeneratorContext = {
  seed: 7,
  segmenter: {
    canvasSide: null,
    segment: ({ boxPx }) => {
      const frame = cropFrameOf(boxPx, 1.6, 128)
      const step = frame.widthPx / 128
      const logits = Float32Array.from({ length: 128 * 128 }, (_, p) => {
        const x = frame.originPx.x + ((p % 128) + 0.5) * step
        const y = frame.originPx.y + (Math.floor(p / 128) + 0.5) * step
        const isDefect =
          x >= DEFECT.x && x < DEFECT.x + DEFECT.width && y >= DEFECT.y && y < DEFECT.y + DEFECT.height
        return isDefect ? 6 : -6
      })
      const calibration = {
        networkWeight: 0.6,
        otsuWeight: 0.4,
        blurPx: 1,
        keepInsideBoxDilated: 0.05,
        iouExponent: 0,
        sparseFill: 0.25,
        sparseThreshold: 0.5,
      }
      return Promise.resolve({
        frame,
        candidates: [{ logits, predictedIou: 0.9, feedback: logits }],
        calibration,
      })
    },
  },
}

const run = (generator: Generator, boxPx: Box, image = picture(), signal = new AbortController().signal) =>
  generator.generate({ image, boxPx, clicks: [], former: null }, defaultParams(generator.params), context, {
    signal,
    onProgress: () => {},
  })

test('the menu begins with the segmenter', () => {
  expect(generators.all.map(({ id }) => id)).toEqual(['segmenter', 'otsu', 'box-fill'])
})

describe.each(generators.all)('generator $id', (generator) => {
  test('its defaults are valid values of its own parameters', () => {
    const defaults = defaultParams(generator.params)
    expect(readParams(generator.params, defaults)).toEqual({ values: defaults, issues: [] })
  })

  test('finds a clear defect from its tight box', async () => {
    const { boundsPx, mask, isUnresolved, scores } = await run(generator, DEFECT)
    let inside = 0
    let outside = 0
    for (let p = 0; p < mask.data.length; p++) {
      if (mask.data[p] === 0) continue
      const x = boundsPx.x + (p % mask.width)
      const y = boundsPx.y + Math.floor(p / mask.width)
      const isDefect = x >= 30 && x < 42 && y >= 20 && y < 28
      if (isDefect) inside++
      else outside++
    }
    // IoU with the 96 px of the defect above 0.9.
    expect(inside / (96 + outside)).toBeGreaterThan(0.9)
    expect(isUnresolved).toBe(false)
    expect(scores.tightness).toBeGreaterThan(0.8)
  })

  test.each<[string, Box]>([
    ['a box at the corner', { x: 0, y: 0, width: 10, height: 7 }],
    ['the whole picture', { x: 0, y: 0, width: 80, height: 60 }],
    ['one pixel', { x: 79, y: 59, width: 1, height: 1 }],
    ['a box with fractions', { x: 28.3, y: 18.6, width: 15.2, height: 11.9 }],
  ])('gives only 0 and 1 on a patch inside the picture: %s', async (_, boxPx) => {
    const { boundsPx, mask, isUnresolved } = await run(generator, boxPx)
    for (const value of Object.values(boundsPx)) expect(Number.isInteger(value)).toBe(true)
    expect(boundsPx.x).toBeGreaterThanOrEqual(0)
    expect(boundsPx.y).toBeGreaterThanOrEqual(0)
    expect(boundsPx.x + boundsPx.width).toBeLessThanOrEqual(80)
    expect(boundsPx.y + boundsPx.height).toBeLessThanOrEqual(60)
    expect([mask.width, mask.height]).toEqual([boundsPx.width, boundsPx.height])
    expect(mask.data.length).toBe(mask.width * mask.height)
    expect(mask.data.every((value) => value === 0 || value === 1)).toBe(true)
    expect(mask.data.includes(1)).toBe(!isUnresolved)
  })

  test('works on a picture of one pixel', async () => {
    const image = { width: 1, height: 1, data: Uint8ClampedArray.of(9, 9, 9, 255) }
    const { mask } = await run(generator, { x: 0, y: 0, width: 1, height: 1 }, image)
    expect(mask.data.length).toBe(1)
  })

  test('the same seed gives the same mask, and the picture stays as it was', async () => {
    const image = picture()
    const before = image.data.slice()
    const first = await run(generator, DEFECT, image)
    expect(await run(generator, DEFECT, image)).toEqual(first)
    expect(image.data.every((value, i) => value === before[i])).toBe(true)
  })

  test('stops on abort', async () => {
    await expect(run(generator, DEFECT, picture(), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('the segmenter generator', () => {
  test('marks a box unresolved when the model sees nothing', async () => {
    const generator = generators.get('segmenter')
    const blank = picture()
    for (let p = 0; p < blank.data.length; p++) blank.data[p] = 128
    const made = await generator.generate(
      { image: blank, boxPx: DEFECT, clicks: [], former: null },
      { ...defaultParams(generator.params), threshold: 'fixed', fixedThreshold: 0.5 },
      {
        seed: 0,
        segmenter: {
          canvasSide: null,
          segment: async (prompt) => {
            const answer = await context.segmenter!.segment(prompt)
            const candidates = answer.candidates.map((one) => ({ ...one, logits: one.logits.map(() => -9) }))
            return { ...answer, candidates }
          },
        },
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    )
    expect(made.isUnresolved).toBe(true)
    expect(made.mask.data.includes(1)).toBe(false)
  })
})

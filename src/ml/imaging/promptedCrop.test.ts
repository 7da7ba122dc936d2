import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import golden from './__fixtures__/promptedCrop.json' with { type: 'json' }
import { cropFrameOf } from './gridFrame'
import { cropPatch } from './cropPatch'
import { sampleCrop } from './cropSampling'
import { boxChannel } from './boxChannel'
import { luminanceOf, standardisationOf, standardise } from './standardise'

/** The picture of the golden file: channel c of (x, y) is (37x + 91y + 53c + 7xy) mod 256. */
function goldenPicture(): RgbaImage {
  const width = 23
  const height = 17
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 4; c++)
        data[(y * width + x) * 4 + c] = c === 3 ? 255 : (x * 37 + y * 91 + c * 53 + x * y * 7) % 256
  return { width, height, data }
}

function greatestDifference(a: Float32Array, b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)
}

describe('the prompted crop', () => {
  // Enlarging (3 x 4 box), shrinking (19 x 14 box) and a box at the right edge: the crop leaves the picture.
  test.each(golden.cases)('equals the Python recipe for box $boxPx', (expected) => {
    const frame = cropFrameOf(expected.boxPx, 1.6, expected.side)
    const { patch, frame: patchFrame } = cropPatch(goldenPicture(), frame)
    const rgb = sampleCrop(patch, patchFrame).map((value) => value / 255)
    const prompt = boxChannel(frame, expected.boxPx)
    const luminance = luminanceOf(rgb)
    const statistics = standardisationOf(luminance, prompt)
    expect([...prompt]).toEqual(expected.prompt)
    expect(greatestDifference(luminance, expected.luminance)).toBeLessThan(1e-6)
    expect(statistics.median).toBeCloseTo(expected.median, 6)
    expect(statistics.std).toBeCloseTo(expected.std, 6)
    const image = standardise(rgb, statistics, { stdFloor: 0.02, clip: 6 })
    expect(greatestDifference(image, expected.image)).toBeLessThan(1e-5)
  })
})

describe('sampleCrop', () => {
  /** Left to right 0, 100, 200 in one row. */
  const ramp: RgbaImage = {
    width: 3,
    height: 1,
    data: Uint8ClampedArray.of(0, 0, 0, 255, 100, 100, 100, 255, 200, 200, 200, 255),
  }

  test('a grid of the image size gives the pixels back and replicates the edge', () => {
    const crop = sampleCrop(ramp, { originPx: { x: -1, y: 0 }, widthPx: 3, heightPx: 3, columns: 3, rows: 3 })
    expect(Array.from(crop.slice(0, 3))).toEqual([0, 0, 100])
  })

  test('enlarging interpolates at half-pixel centres', () => {
    // Step 1/2: centres at 0.25, 0.75 of pixel 1's left edge -> positions 0.75, 1.25 of the pixel grid.
    const crop = sampleCrop(ramp, { originPx: { x: 1, y: 0 }, widthPx: 1, heightPx: 1, columns: 2, rows: 2 })
    expect(Array.from(crop.slice(0, 2))).toEqual([75, 125])
  })

  test('shrinking averages by the covered share', () => {
    // [0, 1.5): one pixel of 0 and half a pixel of 100 -> 50 / 1.5; [1.5, 3): half of 100 and 200 -> 250 / 1.5.
    const crop = sampleCrop(ramp, { originPx: { x: 0, y: 0 }, widthPx: 3, heightPx: 3, columns: 2, rows: 2 })
    expect(crop[0]).toBeCloseTo(50 / 1.5, 4)
    expect(crop[1]).toBeCloseTo(250 / 1.5, 4)
  })
})

describe('cropPatch', () => {
  test.each<Box>([
    { x: 0, y: 0, width: 23, height: 17 },
    { x: 22, y: 16, width: 1, height: 1 },
    { x: 3.3, y: 5.7, width: 2.2, height: 9 },
    { x: 0, y: 16, width: 23, height: 1 },
  ])('sampling the patch equals sampling the picture, box %o', (boxPx) => {
    for (const side of [8, 32]) {
      const frame = cropFrameOf(boxPx, 1.6, side)
      const { patch, frame: patchFrame } = cropPatch(goldenPicture(), frame)
      const whole = sampleCrop(goldenPicture(), frame)
      expect(greatestDifference(sampleCrop(patch, patchFrame), [...whole])).toBeLessThan(1e-4)
    }
  })

  test('a small crop of a large picture stays small', () => {
    const picture = { width: 1000, height: 800, data: new Uint8ClampedArray(1000 * 800 * 4) }
    const { patch } = cropPatch(picture, cropFrameOf({ x: 500, y: 400, width: 10, height: 5 }, 1.6, 128))
    expect(patch.width).toBeLessThanOrEqual(20)
    expect(patch.height).toBeLessThanOrEqual(20)
  })
})

describe('standardisationOf', () => {
  test('takes the ring outside the box, and the whole grid when the ring has fewer than 16 pixels', () => {
    const luminance = Float32Array.from({ length: 20 }, (_, i) => (i < 16 ? 0.25 : 1))
    const object = Float32Array.from({ length: 20 }, (_, i) => (i < 16 ? 0 : 1))
    expect(standardisationOf(luminance, object)).toEqual({ median: 0.25, std: 0 })
    object[0] = 1
    // Mean (16 * 0.25 + 4) / 20 = 0.4; variance (16 * 0.0225 + 4 * 0.36) / 20 = 0.09.
    expect(standardisationOf(luminance, object).std).toBeCloseTo(0.3, 6)
  })

  test('the median of an even count is the mean of the middle two', () => {
    expect(standardisationOf(Float32Array.of(4, 1, 3, 2), null).median).toBe(2.5)
  })
})

import { describe, expect, test } from 'vitest'
import type { RgbaImage } from '../../core/raster'
import { boxChannel } from '../imaging/boxChannel'
import { cropFrameOf } from '../imaging/gridFrame'
import { sampleCrop } from '../imaging/cropSampling'
import { otsuThreshold } from '../imaging/otsu'
import { luminanceOf } from '../imaging/standardise'
import golden from './__fixtures__/boxTight.json' with { type: 'json' }
import { isSparse, boxTightThreshold, fusedMap } from './boxTight'
import { segmenter } from './segmenter'

const SIDE = 48
const job = { signal: new AbortController().signal, onProgress: () => {} }

/** The picture and the logits of the golden file. */
function goldenPicture(): RgbaImage {
  const width = 90
  const height = 70
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const spot = ((x - 44) / 9) ** 2 + ((y - 33) / 6) ** 2 < 1 ? 60 : 0
      const grey = 120 + ((x * 5 + y * 3) % 17) - spot
      data.set([grey, grey, grey, 255], (y * width + x) * 4)
    }
  }
  return { width, height, data }
}
const goldenLogits = Float32Array.from({ length: SIDE * SIDE }, (_, p) => {
  const u = p % SIDE
  const v = (p - u) / SIDE
  return 2.5 - 0.22 * Math.sqrt((u - 25.5) ** 2 / 2.2 + (v - 22.5) ** 2)
})

function answerFor({ boxPx, iouExponent }: (typeof golden.cases)[number]) {
  return {
    frame: cropFrameOf(boxPx, 1.6, SIDE),
    logits: goldenLogits,
    calibration: {
      networkWeight: 0.6,
      otsuWeight: 0.4,
      blurPx: 1,
      flip: true,
      keepInsideBoxDilated: 0.05,
      iouExponent,
      sparseFill: 0.25,
      sparseThreshold: 0.5,
    },
  }
}

describe.each(golden.cases)('calibration of box $boxPx, exponent $iouExponent', (expected) => {
  const answer = answerFor(expected)
  const luminance = luminanceOf(sampleCrop(goldenPicture(), answer.frame).map((value) => value / 255))
  const map = fusedMap(answer, luminance, expected.boxPx)

  test('Otsu inside the box as in Python', () => {
    const inside = boxChannel(answer.frame, expected.boxPx)
    expect(
      otsuThreshold(
        luminance.filter((_, p) => inside[p] === 1),
        64,
      ),
    ).toBeCloseTo(expected.otsuThreshold, 6)
  })

  test('fused map as in Python', () => {
    for (const [u, v, value] of expected.map) expect(map[v! * SIDE + u!]).toBeCloseTo(value!, 5)
    expect(map.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.mapSum, 1)
  })

  test('threshold as in Python', () => {
    expect(boxTightThreshold(map, answer, expected.boxPx)).toBe(expected.threshold)
  })

  test('mask at image resolution as in Python', async () => {
    const made = await segmenter.generate(
      { image: goldenPicture(), boxPx: expected.boxPx, clicks: [], former: null },
      { threshold: 'box-tight', fixedThreshold: 0.5, cleanUp: false },
      {
        segmenter: {
          canvasSide: null,
          segment: () =>
            Promise.resolve({
              ...answer,
              candidates: [{ logits: answer.logits, predictedIou: 0.7, feedback: answer.logits }],
            }),
        },
        seed: 0,
      },
      job,
    )
    expect(made.boundsPx).toEqual(expected.window)
    const rows = expected.maskRows.map((_, y) =>
      Array.from(made.mask.data.subarray(y * made.mask.width, (y + 1) * made.mask.width), (bit) =>
        bit === 1 ? '#' : '.',
      ).join(''),
    )
    expect(rows).toEqual(expected.maskRows)
  })
})

describe('thresholds by the box', () => {
  const calibration = {
    networkWeight: 1,
    otsuWeight: 0,
    blurPx: 0,
    flip: false,
    keepInsideBoxDilated: 0.05,
    iouExponent: 0,
    sparseFill: 0.25,
    sparseThreshold: 0.5,
  }
  const frame = { originPx: { x: 0, y: 0 }, widthPx: 33, heightPx: 33, columns: 33, rows: 33 }

  test('takes the threshold whose mask spans the box', () => {
    // Value 1 in the middle, falling by 0.1 per pixel of max-norm distance: distance 4 has 0.6, distance 5 has 0.5.
    // The 9-pixel box needs 0.5 <= t < 0.6; among those 0.5 is nearest to 0.5.
    const cone = Float32Array.from({ length: 33 * 33 }, (_, p) =>
      Math.max(0, 1 - 0.1 * Math.max(Math.abs((p % 33) - 16), Math.abs(Math.floor(p / 33) - 16))),
    )
    const box = { x: 12, y: 12, width: 9, height: 9 }
    expect(boxTightThreshold(cone, { frame, calibration }, box)).toBe(0.5)
  })

  test('a map without any mask gives 0.5', () => {
    const box = { x: 2, y: 2, width: 7, height: 7 }
    expect(boxTightThreshold(new Float32Array(33 * 33), { frame, calibration }, box)).toBe(0.5)
  })

  test('a crack across its box is sparse, a blob that fills half of it is not, and nothing is sparse', () => {
    const box = { x: 6, y: 6, width: 20, height: 20 }
    const draw = (value: (x: number, y: number) => number): Float32Array =>
      Float32Array.from({ length: 33 * 33 }, (_, p) => value(p % 33, Math.floor(p / 33)))
    const crack = draw((x, y) => (Math.abs(x - y) <= 1 && x >= 6 && x < 26 ? 0.9 : 0.3))
    const blob = draw((x, y) => (x >= 6 && x < 16 && y >= 6 && y < 26 ? 0.9 : 0.1))
    expect(isSparse(crack, { frame, calibration }, box)).toBe(true)
    expect(isSparse(blob, { frame, calibration }, box)).toBe(false)
    expect(isSparse(new Float32Array(33 * 33), { frame, calibration }, box)).toBe(true)
  })
})

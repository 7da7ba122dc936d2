import { expect, test } from 'vitest'
import { createRandom } from '../../core/random'
import type { RgbaImage, ScoreMap } from '../../core/raster'
import { resizeRgba, resizeScores } from '../raster/resize'
import { contrastMask, polarityVote } from './contrastMask'

const SIZE = { width: 120, height: 100 }
const PARAMS = { foreground: 0.3, reach: 0.02, contrast: 3 }

/** A noisy grey surface with lines, 6 px thick unless said: [row, from column, to column, grey level, thickness]. */
function surface(...lines: readonly (readonly [number, number, number, number, number?])[]): RgbaImage {
  const random = createRandom(1)
  const data = new Uint8ClampedArray(SIZE.width * SIZE.height * 4).fill(255)
  for (let p = 0; p < SIZE.width * SIZE.height; p++) data.fill(120 + 6 * random.normal(), 4 * p, 4 * p + 3)
  for (const [row, from, to, level, thick = 6] of lines)
    for (let y = row; y < row + thick; y++)
      data.fill(level, 4 * (y * SIZE.width + from), 4 * (y * SIZE.width + to))
  return { ...SIZE, data }
}

/** A blob of activation around a place. */
function mapAt(x: number, y: number): ScoreMap {
  const data = new Float32Array(SIZE.width * SIZE.height)
  for (let p = 0; p < data.length; p++) {
    const distance = Math.hypot((p % SIZE.width) - x, Math.floor(p / SIZE.width) - y)
    data[p] = Math.max(0, 1 - distance / 14)
  }
  return { ...SIZE, data }
}

const at = (mask: { readonly data: Uint8Array }, x: number, y: number): number =>
  mask.data[y * SIZE.width + x]!

test('a line is followed beyond the sure part of the map, which points at one end of it only', () => {
  const mask = contrastMask(surface([40, 30, 70, 40]), mapAt(35, 43), 'dark', PARAMS)
  expect([at(mask, 35, 43), at(mask, 60, 43)]).toEqual([1, 1])
  expect([at(mask, 35, 25), at(mask, 90, 43)]).toEqual([0, 0])
})

test('what the map does not point at stays out, however dark it is', () => {
  const mask = contrastMask(surface([40, 30, 70, 40], [85, 30, 70, 20]), mapAt(45, 43), 'dark', PARAMS)
  expect(at(mask, 45, 43)).toBe(1)
  expect(at(mask, 45, 88)).toBe(0)
})

test('bright defects are found as dark ones are, and a picture votes for what it shows', () => {
  const [bright, dark] = [surface([40, 30, 70, 220]), surface([40, 30, 70, 40])]
  expect(at(contrastMask(bright, mapAt(45, 43), 'bright', PARAMS), 45, 43)).toBe(1)
  expect(at(contrastMask(bright, mapAt(45, 43), 'dark', PARAMS), 45, 43)).toBe(0)
  expect(polarityVote(bright, mapAt(45, 43), 0.3)).toBeLessThan(0)
  expect(polarityVote(dark, mapAt(45, 43), 0.3)).toBeGreaterThan(0)
})

test('a large picture is worked on smaller and gets its mask at its own size', () => {
  const large = resizeRgba(surface([43, 30, 70, 10, 1]), { width: 1200, height: 1000 })
  const map = resizeScores(mapAt(45, 43), large)
  const { width, height, data } = contrastMask(large, map, 'dark', PARAMS)
  expect([width, height]).toEqual([1200, 1000])
  expect([data[435 * 1200 + 450], data[435 * 1200 + 900]]).toEqual([1, 0])
})

test('an even surface and an empty map give an empty mask', () => {
  expect(contrastMask(surface(), mapAt(45, 43), 'dark', { ...PARAMS, contrast: 6 }).data).not.toContain(1)
  const nothing = { ...SIZE, data: new Float32Array(SIZE.width * SIZE.height) }
  expect(contrastMask(surface([40, 30, 70, 40]), nothing, 'dark', PARAMS).data).not.toContain(1)
})

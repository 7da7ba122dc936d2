import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../core/random'
import type { BinaryMask, RgbaImage } from '../../../core/raster'
import { inpaint } from './inpaint'
import { laplaceFill } from './laplaceFill'
import { pushPull } from './pushPull'
import { ringStd } from './ringStd'
import { textureRing } from './textureRing'

const row = (...values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) })
const bits = (width: number, ...data: number[]): BinaryMask => ({
  width,
  height: data.length / width,
  data: Uint8Array.from(data),
})

function picture(width: number, height: number, grey: (x: number, y: number) => number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let p = 0; p < width * height; p++) {
    data.fill(grey(p % width, Math.floor(p / width)), 4 * p, 4 * p + 3)
  }
  return { width, height, data }
}

function disc(width: number, height: number, cx: number, cy: number, radius: number): BinaryMask {
  const data = Uint8Array.from({ length: width * height }, (_, p) =>
    Math.hypot((p % width) - cx, Math.floor(p / width) - cy) <= radius ? 1 : 0,
  )
  return { width, height, data }
}

describe('pushPull', () => {
  test('keeps what is known, and a constant surface stays constant', () => {
    const filled = pushPull(row(7, 7, 0, 0, 7), bits(5, 0, 0, 1, 1, 0))
    expect([...filled.data]).toEqual([7, 7, 7, 7, 7])
  })

  test('takes an unknown pixel from the coarser level, bilinearly', () => {
    // Halved: mean 4 (of pixel 0 alone) and 8. Enlarged, pixel 1 stands at 1/4 between them: 4 * .75 + 8 * .25.
    expect([...pushPull(row(4, 0, 8, 8), bits(4, 0, 1, 0, 0)).data]).toEqual([4, 5, 8, 8])
  })

  test('with nothing known the mean of the map is left', () => {
    expect([...pushPull(row(1, 3), bits(2, 1, 1)).data]).toEqual([2, 2])
  })
})

describe('laplaceFill: methods T7', () => {
  test('a gap in a row is filled linearly', () => {
    const start = row(10, 12, 0, 0, 0, 20, 22)
    const { data } = laplaceFill(start, bits(7, 0, 0, 1, 1, 1, 0, 0))
    expect([...data].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([10, 12, 14, 16, 18, 20, 22])
  })

  test('the inside of a ring becomes its harmonic fill', () => {
    const start = {
      width: 4,
      height: 4,
      data: Float32Array.of(50, 50, 50, 50, 50, 0, 0, 54, 50, 0, 0, 54, 50, 50, 54, 58),
    }
    const { data } = laplaceFill(start, bits(4, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0))
    // A float near 50 has steps of 4e-6.
    expect(data[5]).toBeCloseTo(50.666667, 5)
    expect(data[6]).toBeCloseTo(51.833333, 5)
    expect(data[9]).toBeCloseTo(50.833333, 5)
    expect(data[10]).toBeCloseTo(52.666667, 5)
  })

  test('beyond the edge the pixel itself repeats, so a known side alone decides', () => {
    const { data } = laplaceFill(row(5, 0, 0), bits(3, 0, 1, 1), 500)
    expect(data[2]).toBeCloseTo(5, 4)
  })
})

describe('the ring around a mask', () => {
  test('begins at 4 px and ends at 20 px', () => {
    const mask = bits(60, ...Array.from({ length: 60 }, (_, x) => (x === 30 ? 1 : 0)))
    const ring = [...textureRing(mask)]
    expect(ring).toEqual([
      ...Array.from({ length: 17 }, (_, i) => 10 + i),
      ...Array.from({ length: 17 }, (_, i) => 34 + i),
    ])
  })

  test('its deviation is that of the grey values: stripes of 90 and 110 have 10', () => {
    const stripes = picture(61, 61, (x) => (x % 2 === 0 ? 90 : 110))
    expect(ringStd(stripes, disc(61, 61, 30, 30, 4))).toBeCloseTo(10, 1)
    expect(ringStd(stripes, bits(61, ...Array.from({ length: 61 * 61 }, () => 0)))).toBe(0)
  })
})

describe('inpaint', () => {
  test('takes a spot off a shaded surface: the shade goes on, the rest stays as it was', () => {
    const spot = disc(64, 48, 30, 24, 6)
    const clean = picture(64, 48, (x) => 60 + 2 * x)
    const spoilt = {
      ...clean,
      data: clean.data.map((v, i) => (spot.data[i >> 2] === 1 && i % 4 < 3 ? 0 : v)),
    }
    const healed = inpaint({ image: spoilt, mask: spot, normals: [], seed: 1 })
    for (let i = 0; i < clean.data.length; i++) {
      expect(Math.abs(healed.data[i]! - clean.data[i]!)).toBeLessThanOrEqual(spot.data[i >> 2] === 1 ? 2 : 0)
    }
  })

  test('the fill is as noisy as its surroundings', () => {
    const random = createRandom(5)
    const noisy = picture(80, 80, () => 128 + 12 * random.normal())
    const mask = disc(80, 80, 40, 40, 10)
    const { data } = inpaint({ image: noisy, mask, normals: [], seed: 2 })
    const inside = [...mask.data.keys()].filter((p) => mask.data[p] === 1).map((p) => data[4 * p]!)
    const mean = inside.reduce((sum, v) => sum + v, 0) / inside.length
    const std = Math.sqrt(inside.reduce((sum, v) => sum + (v - mean) ** 2, 0) / inside.length)
    // The residual against a mean that holds the pixel itself has 24/25 of the variance: 11.8; 317 samples.
    expect(std).toBeGreaterThan(10)
    expect(std).toBeLessThan(14)
    expect(Math.abs(mean - 128)).toBeLessThan(4)
  })

  test('equal seeds give equal pictures', () => {
    const random = createRandom(6)
    const noisy = picture(40, 40, () => 128 + 12 * random.normal())
    const mask = disc(40, 40, 20, 20, 4)
    const once = inpaint({ image: noisy, mask, normals: [], seed: 3 })
    expect(inpaint({ image: noisy, mask, normals: [], seed: 3 })).toEqual(once)
    expect(inpaint({ image: noisy, mask, normals: [], seed: 4 })).not.toEqual(once)
  })

  test('registered normal pictures give their median, the eight nearest only', () => {
    const image = picture(2, 1, () => 0)
    const normals = [1, 2, 3, 4, 5, 6, 7, 8, 200, 200].map((grey) => picture(2, 1, () => 10 * grey))
    const { data } = inpaint({ image, mask: bits(2, 0, 1), normals, seed: 0 })
    expect([...data]).toEqual([0, 0, 0, 255, 45, 45, 45, 255])
  })

  test('an empty mask changes nothing; a mask over everything leaves the mean', () => {
    const image = picture(4, 1, (x) => 10 * x)
    expect(inpaint({ image, mask: bits(4, 0, 0, 0, 0), normals: [], seed: 0 })).toEqual(image)
    const { data } = inpaint({ image, mask: bits(4, 1, 1, 1, 1), normals: [], seed: 0 })
    expect([...data].filter((_, i) => i % 4 === 0)).toEqual([15, 15, 15, 15])
  })
})

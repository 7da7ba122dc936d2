import { describe, expect, test } from 'vitest'
import { pixelsInside } from './boxWindow'
import { otsuInBox, otsuThreshold } from './otsu'

describe('otsuThreshold', () => {
  test('cuts between two groups', () => {
    // 4 bins over [0, 1]: values 0, 0, 0.2 fall in bin 0, values 0.9, 1 in bin 3. Cuts 1, 2 and 3 separate the same
    // groups; the first wins: 0 + 1/4 * 1.
    expect(otsuThreshold(Float32Array.of(0, 1, 0.2, 0.9, 0), 4)).toBe(0.25)
  })

  test('maximises the variance between the classes, by hand', () => {
    // Bins (of 4 over [0, 4]) hold 3, 1, 1, 1 values with centres 0.5, 1.5, 2.5, 3.5.
    // cut 1: 3 * 3 * (0.5 - 2.5)^2 = 36; cut 2: 4 * 2 * (0.75 - 3)^2 = 40.5; cut 3: 5 * 1 * (1.1 - 3.5)^2 = 28.8.
    expect(otsuThreshold(Float32Array.of(0, 0, 0, 1.2, 2.2, 4), 4)).toBe(2)
  })

  test('constant values give that value', () => {
    expect(otsuThreshold(Float32Array.of(7, 7), 64)).toBe(7)
  })
})

describe('otsuInBox', () => {
  const window = { x: 0, y: 0, width: 8, height: 8 }
  const inside = pixelsInside({ x: 2, y: 2, width: 4, height: 4 }, window)
  const picture = (surface: number, defect: number): Float32Array =>
    Float32Array.from({ length: 64 }, (_, p) => ([27, 28].includes(p) ? defect : surface))

  test.each([
    ['dark', 100, 30],
    ['bright', 100, 200],
  ])('finds a %s defect by comparing with the ring', (_, surface, defect) => {
    const mask = otsuInBox(picture(surface, defect), inside, 256)
    expect([...mask.data.keys()].filter((p) => mask.data[p] === 1)).toEqual([27, 28])
  })

  test('finds the defect even where it fills most of the box', () => {
    const luminance = Float32Array.from({ length: 64 }, (_, p) =>
      inside.data[p] === 1 && p !== 18 ? 30 : 100,
    )
    expect(otsuInBox(luminance, inside, 256).data.reduce((sum, bit) => sum + bit, 0)).toBe(15)
  })

  test('a constant box is all defect, an empty box nothing', () => {
    expect(otsuInBox(new Float32Array(64).fill(5), inside, 64).data).toEqual(inside.data)
    const nowhere = { ...inside, data: new Uint8Array(64) }
    expect(otsuInBox(picture(1, 2), nowhere, 64).data).toEqual(new Uint8Array(64))
  })

  test('without a ring the smaller class is the defect', () => {
    const everywhere = { ...inside, data: new Uint8Array(64).fill(1) }
    const mask = otsuInBox(picture(100, 200), everywhere, 64)
    expect([...mask.data.keys()].filter((p) => mask.data[p] === 1)).toEqual([27, 28])
  })
})

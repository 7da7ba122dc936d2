import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFromRows, rowsOf } from './__fixtures__/golden'
import { dilate, erode, fillHoles, removeIslands } from './morphology'

const anyMask = fc
  .array(fc.boolean(), { minLength: 63, maxLength: 63 })
  .map((bits) => ({ width: 9, height: 7, data: Uint8Array.from(bits, Number) }))
const anyRadius = fc.constantFrom(0, 1, 1.5, 2, 3.2)

describe('dilate', () => {
  it('a pixel becomes a disc: radius 2 holds the offsets with dx² + dy² <= 4', () => {
    expect(rowsOf(dilate(maskFromRows(['00000', '00000', '00100', '00000', '00000']), 2))).toEqual([
      '00100',
      '01110',
      '11111',
      '01110',
      '00100',
    ])
  })

  it('equals the search over all pairs of pixels', () => {
    fc.assert(
      fc.property(anyMask, anyRadius, (mask, radius) => {
        const { width, data } = mask
        const expected = data.map((_, p) =>
          data.some(
            (bit, q) =>
              bit === 1 &&
              ((p % width) - (q % width)) ** 2 + (Math.floor(p / width) - Math.floor(q / width)) ** 2 <=
                radius ** 2,
          )
            ? 1
            : 0,
        )
        expect(dilate(mask, radius).data).toEqual(expected)
      }),
    )
  })

  it('of nothing is nothing', () => {
    expect(rowsOf(dilate(maskFromRows(['000']), 5))).toEqual(['000'])
  })
})

describe('erode', () => {
  it('keeps pixels farther than the radius from the background; the border of the picture does not erode', () => {
    expect(rowsOf(erode(maskFromRows(['1111', '1111', '1111', '1110']), 1))).toEqual([
      '1111',
      '1111',
      '1110',
      '1100',
    ])
  })

  it('lies inside the mask, and the mask inside its dilation', () => {
    fc.assert(
      fc.property(anyMask, anyRadius, (mask, radius) => {
        const smaller = erode(mask, radius).data
        const larger = dilate(mask, radius).data
        for (let p = 0; p < mask.data.length; p++) {
          expect(smaller[p]! <= mask.data[p]! && mask.data[p]! <= larger[p]!).toBe(true)
        }
      }),
    )
  })
})

describe('fillHoles and removeIslands', () => {
  const ring = maskFromRows(['1111100', '1000101', '1110100', '0011100'])

  it('fills a hole below the limit, but not at it', () => {
    expect(rowsOf(fillHoles(ring, 5))).toEqual(['1111100', '1111101', '1111100', '0011100'])
    expect(rowsOf(fillHoles(ring, 4))).toEqual(rowsOf(ring))
  })

  it('background that reaches the border is no hole', () => {
    expect(rowsOf(fillHoles(maskFromRows(['111', '100', '111']), Infinity))).toEqual(['111', '100', '111'])
  })

  it('a hole closed only by corners counts as closed', () => {
    expect(rowsOf(fillHoles(maskFromRows(['010', '101', '010']), 2))).toEqual(['010', '111', '010'])
  })

  it('removes a piece below the limit, but not at it', () => {
    expect(rowsOf(removeIslands(ring, 2))).toEqual(['1111100', '1000100', '1110100', '0011100'])
    expect(rowsOf(removeIslands(ring, 1))).toEqual(rowsOf(ring))
  })

  it('both are idempotent and leave their input alone', () => {
    fc.assert(
      fc.property(anyMask, fc.integer({ min: 0, max: 12 }), (mask, limit) => {
        const before = mask.data.slice()
        const filled = fillHoles(mask, limit)
        const kept = removeIslands(mask, limit)
        expect(fillHoles(filled, limit)).toEqual(filled)
        expect(removeIslands(kept, limit)).toEqual(kept)
        expect(mask.data).toEqual(before)
      }),
    )
  })
})

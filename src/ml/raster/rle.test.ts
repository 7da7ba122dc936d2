import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { firstDifference, golden, maskFromRecipe, maskFromRows } from './__fixtures__/golden'
import { canonicalise, decodeRle, encodeRle, patchFromRle, rleArea, rleBounds, rleFromPatch } from './rle'
import { rleFromString, rleToString } from './rleString'

const quad = ({ x, y, width, height }: Box) => [x, y, width, height]

const anyMask: fc.Arbitrary<BinaryMask> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((bits) => ({ width, height, data: Uint8Array.from(bits) })),
  )

describe('the run-length code equals the reference coder', () => {
  it.each(golden.rle.small)('small mask: $name', ({ rows, counts, rle, area, bbox }) => {
    const mask = maskFromRows(rows)
    const encoded = encodeRle(mask)
    expect([...encoded.counts]).toEqual(counts)
    expect(rleToString(encoded)).toBe(rle)
    expect(rleArea(encoded)).toBe(area)
    expect(quad(rleBounds(encoded))).toEqual(bbox)
    expect(decodeRle(rleFromString(rle, mask)).data).toEqual(mask.data)
  })

  it.each(golden.rle.large)('large mask: $name', ({ w, h, recipe, counts, rle, area, bbox }) => {
    const mask = maskFromRecipe(w, h, recipe)
    const encoded = encodeRle(mask)
    expect(firstDifference(encoded.counts, counts)).toBe(-1)
    expect(rleToString(encoded)).toBe(rle)
    expect(rleArea(encoded)).toBe(area)
    expect(quad(rleBounds(encoded))).toEqual(bbox)
    expect(firstDifference(decodeRle(encoded).data, mask.data)).toBe(-1)
  })

  it.each(golden.rle.counts_only)('runs without painting: $name', ({ w, h, counts, rle, area }) => {
    const code = rleFromString(rle, { width: w, height: h })
    expect([...code.counts]).toEqual(counts)
    expect(rleToString(code)).toBe(rle)
    expect(rleArea(code)).toBe(area)
  })

  it.each(golden.rle.non_canonical)('a reader accepts: $name', ({ w, h, rows, rle, counts, ...rest }) => {
    const code = rleFromString(rle, { width: w, height: h })
    expect([...code.counts]).toEqual(counts)
    expect(rleToString(code)).toBe(rle)
    expect(decodeRle(code).data).toEqual(maskFromRows(rows).data)
    expect([...canonicalise(code).counts]).toEqual(rest.canonical_counts)
    expect(rleBounds(code)).toEqual(rleBounds(canonicalise(code)))
  })
})

describe('patches', () => {
  it('a mask encoded through any patch that holds it equals the whole mask encoded', () => {
    fc.assert(
      fc.property(anyMask, fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5), (patch, left, right, top, bottom) => {
        const size = { width: patch.width + left + right, height: patch.height + top + bottom }
        const bounds = { x: left, y: top, width: patch.width, height: patch.height }
        const whole = new Uint8Array(size.width * size.height)
        for (let y = 0; y < patch.height; y++) {
          whole.set(
            patch.data.subarray(y * patch.width, (y + 1) * patch.width),
            (y + top) * size.width + left,
          )
        }
        const code = rleFromPatch(patch, bounds, size)
        expect(code).toEqual(encodeRle({ ...size, data: whole }))
        expect(patchFromRle(code, bounds)).toEqual(patch)
      }),
    )
  })

  it('a part of a gigapixel mask is read without painting the rest', () => {
    const size = { width: 40000, height: 40000 }
    const patch = maskFromRows(['101', '011'])
    const bounds = { x: 39997, y: 20000, width: 3, height: 2 }
    const code = rleFromPatch(patch, bounds, size)
    expect(rleBounds(code)).toEqual(bounds)
    expect(patchFromRle(code, bounds)).toEqual(patch)
  })

  it('bounds outside the image are a bug', () => {
    const patch = maskFromRows(['1'])
    expect(() => rleFromPatch(patch, { x: 2, y: 0, width: 1, height: 1 }, { width: 2, height: 2 })).toThrow(
      'inside the image',
    )
    expect(() => rleFromPatch(patch, { x: 0.5, y: 0, width: 1, height: 1 }, { width: 2, height: 2 })).toThrow(
      'integers',
    )
  })
})

describe('properties of the code', () => {
  it('decoding undoes encoding, through runs and through text', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        const code = encodeRle(mask)
        expect(decodeRle(code)).toEqual(mask)
        expect(rleFromString(rleToString(code), mask)).toEqual(code)
        expect(canonicalise(code)).toEqual(code)
      }),
    )
  })

  it('the tight box is that of a scan over the pixels', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        const xs: number[] = []
        const ys: number[] = []
        for (const [p, bit] of mask.data.entries()) {
          if (bit === 0) continue
          xs.push(p % mask.width)
          ys.push(Math.floor(p / mask.width))
        }
        const tight =
          xs.length === 0
            ? { x: 0, y: 0, width: 0, height: 0 }
            : {
                x: Math.min(...xs),
                y: Math.min(...ys),
                width: Math.max(...xs) - Math.min(...xs) + 1,
                height: Math.max(...ys) - Math.min(...ys) + 1,
              }
        expect(rleBounds(encodeRle(mask))).toEqual(tight)
        expect(rleArea(encodeRle(mask))).toBe(xs.length)
      }),
    )
  })
})

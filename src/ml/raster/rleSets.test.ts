import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rle } from '../../core/raster'
import { golden, maskFromRows } from './__fixtures__/golden'
import { decodeRle, encodeRle, rleArea } from './rle'
import { rleDifference, rleIntersection, rleIntersectionArea, rleIou, rleUnion } from './rleSets'
import { rleFromString, rleToString } from './rleString'

const SIDE = 6
const anyRle: fc.Arbitrary<Rle> = fc
  .array(fc.integer({ min: 0, max: 1 }), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE })
  .map((bits) => encodeRle({ width: SIDE, height: SIDE, data: Uint8Array.from(bits) }))

describe('the reference answers', () => {
  it.each(golden.merge.map((scene, index) => ({ index, ...scene })))('merge $index', (scene) => {
    const size = { width: scene.w, height: scene.h }
    const masks = scene.in.map((text) => rleFromString(text, size))
    expect(rleToString(rleUnion(masks))).toBe(scene.union)
    expect(rleToString(rleIntersection(masks))).toBe(scene.intersection)
    expect(rleArea(rleUnion(masks))).toBe(scene.union_area)
    expect(rleArea(rleIntersection(masks))).toBe(scene.intersection_area)
  })

  it.each(golden.iou)('IoU: $name', ({ dt, gt, iscrowd, iou }) => {
    const read = ({ size, counts }: (typeof dt)[number]) =>
      rleFromString(counts, { width: size[1], height: size[0] })
    const ours = dt
      .map(read)
      .map((a) =>
        gt
          .map(read)
          .map((b, g) =>
            iscrowd[g] === 1 ? rleIntersectionArea(a, b) / Math.max(1, rleArea(a)) : rleIou(a, b),
          ),
      )
    // The reference returns one empty list when a side is empty.
    const theirs = gt.length === 0 ? dt.map(() => []) : iou
    expect(ours.length).toBe(dt.length)
    for (const [d, row] of ours.entries()) {
      for (const [g, value] of row.entries()) expect(value).toBeCloseTo(theirs[d]![g]!, 12)
    }
  })
})

describe('set algebra', () => {
  it('works pixel by pixel', () => {
    fc.assert(
      fc.property(anyRle, anyRle, (a, b) => {
        const bitsA = decodeRle(a).data
        const bitsB = decodeRle(b).data
        expect(decodeRle(rleUnion([a, b])).data).toEqual(bitsA.map((bit, p) => bit | bitsB[p]!))
        expect(decodeRle(rleIntersection([a, b])).data).toEqual(bitsA.map((bit, p) => bit & bitsB[p]!))
        expect(decodeRle(rleDifference(a, b)).data).toEqual(bitsA.map((bit, p) => bit & (1 - bitsB[p]!)))
        expect(rleIntersectionArea(a, b)).toBe(rleArea(rleIntersection([a, b])))
      }),
    )
  })

  it('IoU is symmetric, in 0..1, and 1 only for equal masks', () => {
    fc.assert(
      fc.property(anyRle, anyRle, (a, b) => {
        const iou = rleIou(a, b)
        expect(iou).toBe(rleIou(b, a))
        expect(iou).toBeGreaterThanOrEqual(0)
        expect(iou === 1).toBe(rleArea(a) > 0 && rleToString(a) === rleToString(b))
      }),
    )
  })

  it('two empty masks have IoU 0, as in the reference', () => {
    const nothing = encodeRle(maskFromRows(['00', '00']))
    expect(rleIou(nothing, nothing)).toBe(0)
  })

  it('one mask alone comes back canonical', () => {
    const code = { width: 4, height: 3, counts: Uint32Array.of(2, 3, 0, 2, 5) }
    expect([...rleUnion([code]).counts]).toEqual([2, 5, 5])
  })

  it('masks of two sizes are a bug', () => {
    expect(() => rleIou(encodeRle(maskFromRows(['1'])), encodeRle(maskFromRows(['11'])))).toThrow('one size')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { golden } from '../../ml/raster/__fixtures__/golden'
import { boundariesOfText, cumulate, differingPixels, measure } from './secondDecoder'

describe('the second decoder', () => {
  it.each(golden.rle.small)('agrees with the reference coder on $name', ({ h, rle, counts, area, bbox }) => {
    const boundaries = boundariesOfText(rle)
    expect(boundaries).toEqual(cumulate(counts))
    const { areaPx, box } = measure(boundaries, h)
    expect(areaPx).toBe(area)
    // An empty mask has no box; the reference writes zeros for it.
    expect(area === 0 ? bbox : [box.x, box.y, box.width, box.height]).toEqual(bbox)
  })

  it.each(golden.rle.counts_only)('reads runs of 400 million: $name', ({ rle, counts }) => {
    expect(boundariesOfText(rle)).toEqual(cumulate(counts))
  })

  it.each(['23 N4', '23P', 'p'])('refuses %s', (text) => {
    expect(() => boundariesOfText(text)).toThrow('not compressed runs')
  })

  it('the difference is the number of pixels that differ', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 20, maxLength: 20 })
    const changes = (mask: number[]) => {
      const found = mask.flatMap((bit, i) => (bit === (mask[i - 1] ?? 0) ? [] : [i]))
      return found.length % 2 === 1 ? [...found, 20] : found
    }
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        expect(differingPixels(changes(a), changes(b))).toBe(a.filter((bit, i) => bit !== b[i]).length)
      }),
    )
  })
})

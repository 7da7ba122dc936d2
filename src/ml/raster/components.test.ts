import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFromRows } from './__fixtures__/golden'
import { connectedComponents } from './components'

describe('connectedComponents', () => {
  const corner = maskFromRows(['1100', '0010', '0010'])

  it('pixels that touch by a corner are one piece with 8 neighbours', () => {
    expect(connectedComponents(corner, 8)).toEqual([
      {
        areaPx: 4,
        boundsPx: { x: 0, y: 0, width: 3, height: 3 },
        mask: maskFromRows(['110', '001', '001']),
      },
    ])
  })

  it('and two pieces with 4 neighbours, each cut out to its tight box', () => {
    expect(connectedComponents(corner, 4)).toEqual([
      { areaPx: 2, boundsPx: { x: 0, y: 0, width: 2, height: 1 }, mask: maskFromRows(['11']) },
      { areaPx: 2, boundsPx: { x: 2, y: 1, width: 1, height: 2 }, mask: maskFromRows(['1', '1']) },
    ])
  })

  it('the last column and the first column of the next row do not touch', () => {
    expect(connectedComponents(maskFromRows(['001', '100']), 8)).toHaveLength(2)
  })

  it('an empty mask has no piece', () => {
    expect(connectedComponents(maskFromRows(['00', '00']), 8)).toEqual([])
  })

  it('the pieces add up to the mask', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 }),
        fc.constantFrom(4 as const, 8 as const),
        (bits, neighbourhood) => {
          const sum = new Uint8Array(42)
          for (const { boundsPx, mask } of connectedComponents(
            { width: 7, height: 6, data: Uint8Array.from(bits) },
            neighbourhood,
          )) {
            for (const [p, bit] of mask.data.entries()) {
              const x = boundsPx.x + (p % mask.width)
              const y = boundsPx.y + Math.floor(p / mask.width)
              sum[y * 7 + x]! += bit
            }
          }
          expect([...sum]).toEqual(bits)
        },
      ),
    )
  })
})

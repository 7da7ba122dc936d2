import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFromRows } from './__fixtures__/golden'
import { composeTarget } from './composeTarget'
import { resizeLabels } from './resize'
import { encodeRle } from './rle'

const rle = (...rows: string[]) => encodeRle(maskFromRows(rows))
const nothing = { ignoreUnder: [], ignoreOver: [] }

describe('composeTarget', () => {
  const image = { width: 4, height: 3 }
  const large = rle('1110', '1110', '1110')
  const small = rle('0000', '0110', '0000')

  it('a small defect stays on top of a large one, whatever the order', () => {
    const expected = [1, 1, 1, 0, 1, 2, 2, 0, 1, 1, 1, 0]
    const instances = [
      { rle: small, classIndex: 2 },
      { rle: large, classIndex: 1 },
    ]
    expect([...composeTarget({ image, instances, ...nothing }, null).data]).toEqual(expected)
    expect([...composeTarget({ image, instances: instances.toReversed(), ...nothing }, null).data]).toEqual(
      expected,
    )
  })

  it('of two equal areas the later one wins', () => {
    const instances = [
      { rle: rle('0110', '0000', '0000'), classIndex: 1 },
      { rle: rle('0011', '0000', '0000'), classIndex: 2 },
    ]
    expect(Array.from(composeTarget({ image, instances, ...nothing }, null).data.slice(0, 4))).toEqual([
      0, 1, 2, 2,
    ])
  })

  it('an unresolved area lies below the instances, an excluded one above them', () => {
    const target = composeTarget(
      {
        image,
        instances: [{ rle: small, classIndex: 1 }],
        ignoreUnder: [rle('1111', '1111', '0000')],
        ignoreOver: [rle('0000', '0010', '0000')],
      },
      null,
    )
    expect([...target.data]).toEqual([255, 255, 255, 255, 255, 1, 255, 255, 0, 0, 0, 0])
  })

  it('no mark at all is background', () => {
    expect([...composeTarget({ image, instances: [], ...nothing }, null).data]).toEqual(Array(12).fill(0))
  })

  it('on a network canvas the image is scaled by nearest and the padding is ignored', () => {
    const target = composeTarget(
      { image, instances: [{ rle: large, classIndex: 3 }], ...nothing },
      { content: { width: 2, height: 2 }, canvas: { width: 3, height: 3 } },
    )
    // Columns 0, 1 read image columns 1, 3.
    expect([...target.data]).toEqual([3, 0, 255, 3, 0, 255, 255, 255, 255])
  })

  it('scaling while painting equals painting and then scaling', () => {
    const bits = fc
      .array(fc.boolean(), { minLength: 70, maxLength: 70 })
      .map((list) => encodeRle({ width: 10, height: 7, data: Uint8Array.from(list, Number) }))
    fc.assert(
      fc.property(
        bits,
        bits,
        fc.integer({ min: 1, max: 17 }),
        fc.integer({ min: 1, max: 17 }),
        (a, b, width, height) => {
          const content = {
            image: { width: 10, height: 7 },
            instances: [{ rle: a, classIndex: 1 }],
            ignoreUnder: [],
            ignoreOver: [b],
          }
          const grid = { content: { width, height }, canvas: { width, height } }
          expect(composeTarget(content, grid)).toEqual(
            resizeLabels(composeTarget(content, null), { width, height }),
          )
        },
      ),
    )
  })

  it('a mask of another size is a bug', () => {
    expect(() =>
      composeTarget({ image, instances: [{ rle: rle('1'), classIndex: 1 }], ...nothing }, null),
    ).toThrow('size of its image')
  })
})

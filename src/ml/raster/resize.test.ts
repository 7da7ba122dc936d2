import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resizeLabels, resizeRgba, resizeScores } from './resize'

const scores = (width: number, height: number, ...values: number[]) => ({
  width,
  height,
  data: Float32Array.from(values),
})
const grey = (width: number, height: number, ...values: number[]) => ({
  width,
  height,
  data: Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255])),
})

describe('resizeScores', () => {
  it('2 -> 4 has the rows [1,0] [.75,.25] [.25,.75] [0,1] (boxes2pixels.md T5)', () => {
    expect([...resizeScores(scores(2, 1, 0, 4), { width: 4, height: 1 }).data]).toEqual([0, 1, 3, 4])
    expect([...resizeScores(scores(1, 2, 0, 4), { width: 1, height: 4 }).data]).toEqual([0, 1, 3, 4])
  })

  it('4 -> 2 mixes the two samples around the centre: s = 0.5 and 2.5', () => {
    expect([...resizeScores(scores(4, 1, 0, 2, 10, 20), { width: 2, height: 1 }).data]).toEqual([1, 15])
  })

  it('mirrors with its input and stays within its range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 15 }),
        (values, width) => {
          const there = resizeScores(scores(values.length, 1, ...values), { width, height: 1 }).data
          const back = resizeScores(scores(values.length, 1, ...values.toReversed()), { width, height: 1 })
          for (const [i, value] of there.entries()) {
            expect(value).toBeCloseTo(back.data[width - 1 - i]!, 3)
            expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-3)
            expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-3)
          }
        },
      ),
    )
  })
})

describe('resizeLabels', () => {
  it('takes the nearest centre: 5 -> 3 reads 0, 2, 4', () => {
    const map = { width: 5, height: 1, data: Uint8Array.of(7, 1, 255, 2, 9) }
    expect([...resizeLabels(map, { width: 3, height: 1 }).data]).toEqual([7, 255, 9])
  })

  it('repeats pixels when enlarging', () => {
    const map = { width: 2, height: 2, data: Uint8Array.of(0, 1, 2, 255) }
    expect([...resizeLabels(map, { width: 4, height: 2 }).data]).toEqual([0, 0, 1, 1, 2, 2, 255, 255])
  })
})

describe('resizeRgba', () => {
  it('shrinks by the mean over the covered area: 3 -> 2 gives (2a + b) / 3 and (b + 2c) / 3', () => {
    const small = resizeRgba(grey(3, 1, 30, 60, 90), { width: 2, height: 1 })
    expect([...small.data]).toEqual([40, 40, 40, 255, 80, 80, 80, 255])
  })

  it('enlarges like the scores', () => {
    expect(resizeRgba(grey(1, 2, 0, 40), { width: 1, height: 4 })).toEqual(grey(1, 4, 0, 10, 30, 40))
  })

  it('a picture of one colour keeps it at any size', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 })),
        ([w, h], [width, height]) => {
          const flat = grey(w, h, ...Array.from({ length: w * h }, () => 137))
          expect([...resizeRgba(flat, { width, height }).data]).toEqual([
            ...grey(width, height, ...Array.from({ length: width * height }, () => 137)).data,
          ])
        },
      ),
    )
  })
})

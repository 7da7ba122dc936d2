import { describe, expect, it } from 'vitest'
import { averageIou, overlapOf } from './iou'

const mask = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })
const overlap = (intersectionPx: number, unionPx: number, hasTruth = true) => ({
  intersectionPx,
  unionPx,
  hasTruth,
})

describe('averageIou', () => {
  it('T9 of metrics.md: micro 15 / 33, macro (.5 + 0 + 1) / 3', () => {
    const { micro, macroPositive } = averageIou([overlap(10, 20), overlap(0, 8), overlap(5, 5)])
    expect(micro).toBeCloseTo(0.454545, 6)
    expect(macroPositive).toBeCloseTo(0.5, 12)
  })

  it('a false alarm on a clean image counts in micro only; clean and empty in neither', () => {
    const { micro, macroPositive } = averageIou([overlap(5, 5), overlap(0, 5, false), overlap(0, 0, false)])
    expect(micro).toBe(0.5)
    expect(macroPositive).toBe(1)
  })

  it('nothing to average is null', () => {
    expect(averageIou([overlap(0, 0, false)])).toEqual({ micro: null, macroPositive: null })
  })
})

describe('overlapOf', () => {
  it('counts shared and joint pixels', () => {
    expect(overlapOf(mask(1, 1, 0, 0), mask(0, 1, 1, 0))).toEqual(overlap(1, 3))
    expect(overlapOf(mask(1, 0), mask(0, 0))).toEqual(overlap(0, 1, false))
  })
})

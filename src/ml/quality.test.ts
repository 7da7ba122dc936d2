import { describe, expect, test } from 'vitest'
import { maskArea, maskBounds, stabilityOf, tightnessOf } from './quality'

const mask = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  data: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
})

describe('mask measures', () => {
  test('bounds are the outer edges of the pixels; an empty mask has none', () => {
    expect(maskBounds(mask('....', '.#..', '..#.'))).toEqual({ x: 1, y: 1, width: 2, height: 2 })
    expect(maskBounds(mask('..'))).toBeNull()
    expect(maskArea(mask('#.#', '.#.'))).toBe(3)
  })

  test('tightness is the IoU of the bounds and the prompt', () => {
    // Bounds at (11, 21), 2 x 1; prompt (11, 21), 4 x 1: 2 / 4.
    const window = { x: 10, y: 20, width: 3, height: 2 }
    const prompt = { x: 11, y: 21, width: 4, height: 1 }
    expect(tightnessOf(mask('...', '.##'), window, prompt)).toBe(0.5)
    expect(tightnessOf(mask('...', '...'), window, prompt)).toBe(0)
  })
})

describe('stabilityOf', () => {
  const scores = { width: 5, height: 1, data: Float32Array.of(0.2, 0.45, 0.5, 0.65, 0.9) }
  test('is the share of the larger mask that a stricter threshold keeps', () => {
    // Above 0.4: four pixels; above 0.6: two.
    expect(stabilityOf(scores, mask('#####'), 0.5, 0.1)).toBe(0.5)
    // The last pixel does not count: 1 of 3.
    expect(stabilityOf(scores, mask('####.'), 0.5, 0.1)).toBeCloseTo(1 / 3)
  })
  test('is 0 when nothing passes the lower threshold', () => {
    expect(stabilityOf(scores, mask('#....'), 0.5, 0.1)).toBe(0)
  })
})

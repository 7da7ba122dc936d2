import { expect, test } from 'vitest'
import { maskOutline } from './maskOutline'

const total = (runs: ReturnType<typeof maskOutline>) =>
  runs.reduce((sum, [a, b]) => sum + Math.abs(b.x - a.x) + Math.abs(b.y - a.y), 0)

test('a single pixel has four sides of length one', () => {
  const runs = maskOutline({ width: 1, height: 1, data: Uint8Array.of(1) })
  expect(runs).toEqual([
    [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
    ],
    [
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ],
    [
      { x: 0, y: 0 },
      { x: 0, y: 1 },
    ],
    [
      { x: 1, y: 0 },
      { x: 1, y: 1 },
    ],
  ])
})

test('a ring has an outer and an inner border', () => {
  // 3 x 3 with a hole: outer perimeter 12, inner 4.
  const ring = { width: 3, height: 3, data: Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1) }
  expect(total(maskOutline(ring))).toBe(16)
})

test('an empty mask has no border', () => {
  expect(maskOutline({ width: 4, height: 4, data: new Uint8Array(16) })).toEqual([])
})

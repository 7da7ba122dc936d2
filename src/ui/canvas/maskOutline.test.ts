import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskOutline } from './maskOutline'

const mask = (width: number, rows: readonly number[]) => ({
  width,
  height: rows.length / width,
  data: Uint8Array.from(rows),
})

/** Signed area by the shoelace formula; clockwise on the screen (y down) is positive. */
function signedArea(ring: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!
  }
  return sum / 2
}

test('a rectangle has four corners, whatever its size', () => {
  expect(maskOutline(mask(2, [1, 1, 1, 1, 1, 1]))).toEqual([[0, 0, 2, 0, 2, 3, 0, 3]])
})

test('a hole is a ring of its own that runs the other way', () => {
  const rings = maskOutline(mask(3, [1, 1, 1, 1, 0, 1, 1, 1, 1]))
  // Outside 9 px clockwise, hole 1 px counter-clockwise.
  expect(rings.map(signedArea)).toEqual([9, -1])
})

test('pixels that touch at a corner are separate rings', () => {
  const rings = maskOutline(mask(2, [1, 0, 0, 1]))
  expect(rings).toEqual([
    [0, 0, 1, 0, 1, 1, 0, 1],
    [1, 1, 2, 1, 2, 2, 1, 2],
  ])
})

test('an empty mask has no border', () => {
  expect(maskOutline(mask(4, Array<number>(16).fill(0)))).toEqual([])
})

test('the signed areas of all rings add up to the pixel count', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 }), (pixels) => {
      const rings = maskOutline(mask(7, pixels))
      const area = rings.reduce((sum, ring) => sum + signedArea(ring), 0)
      expect(area).toBe(pixels.reduce((sum, value) => sum + value, 0))
    }),
  )
})

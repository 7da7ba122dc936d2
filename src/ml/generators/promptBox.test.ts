import fc from 'fast-check'
import { expect, test } from 'vitest'
import { promptBox } from './promptBox'

const image = { width: 100, height: 60 }
const positive = (x: number, y: number) => ({ pointPx: { x, y }, isPositive: true })

test('a box drawn backwards is put in order and clipped to the image', () => {
  expect(promptBox({ x: 120, y: 50, width: -40, height: -30 }, [], image)).toEqual({
    x: 80,
    y: 20,
    width: 20,
    height: 30,
  })
})

test('a thin box becomes 3 px, at the border inwards, in a smaller image all of it', () => {
  expect(promptBox({ x: 10, y: 10, width: 1, height: 20 }, [], image)).toEqual({
    x: 9,
    y: 10,
    width: 3,
    height: 20,
  })
  expect(promptBox({ x: 99, y: 59, width: 1, height: 1 }, [], image)).toEqual({
    x: 97,
    y: 57,
    width: 3,
    height: 3,
  })
  expect(promptBox({ x: 0, y: 0, width: 1, height: 1 }, [], { width: 1, height: 2 })).toEqual({
    x: 0,
    y: 0,
    width: 1,
    height: 2,
  })
})

test('positive clicks beside the box widen it to their pixel, negative ones do not', () => {
  const box = { x: 10, y: 10, width: 20, height: 20 }
  const negative = { pointPx: { x: 90, y: 50 }, isPositive: false }
  expect(promptBox(box, [positive(15.2, 12), negative], image)).toEqual(box)
  expect(promptBox(box, [positive(40.5, 5.9)], image)).toEqual({ x: 10, y: 5, width: 31, height: 25 })
  // A click beyond the image means the nearest pixel.
  expect(promptBox(box, [positive(100, 60)], image)).toEqual({ x: 10, y: 10, width: 90, height: 50 })
})

test('a box outside is a bug of the caller', () => {
  expect(() => promptBox({ x: 200, y: 0, width: 5, height: 5 }, [], image)).toThrow('refused by the caller')
})

test('always inside the image, at least 3 px, and around every positive click', () => {
  expect.hasAssertions()
  const eighths = (low: number, high: number) => fc.integer({ min: 8 * low, max: 8 * high }).map((n) => n / 8)
  // One corner inside the image, the other anywhere but in the same place.
  const side = fc.oneof(eighths(-60, -1), eighths(1, 60))
  const request = fc.tuple(eighths(1, 99), eighths(1, 59), side, side, eighths(-20, 120), eighths(-20, 80))
  fc.assert(
    fc.property(request, ([x, y, width, height, clickX, clickY]) => {
      const box = promptBox({ x, y, width, height }, [positive(clickX, clickY)], image)
      const right = box.x + box.width
      const bottom = box.y + box.height
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(100)
      expect(bottom).toBeLessThanOrEqual(60)
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(3)
      expect(box.x).toBeLessThanOrEqual(Math.min(Math.max(clickX, 0), 99))
      expect(box.y).toBeLessThanOrEqual(Math.min(Math.max(clickY, 0), 59))
      expect(right).toBeGreaterThanOrEqual(Math.min(Math.max(clickX, 0), 100))
      expect(bottom).toBeGreaterThanOrEqual(Math.min(Math.max(clickY, 0), 60))
    }),
  )
})

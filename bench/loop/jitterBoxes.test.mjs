import { expect, test } from 'vitest'
import { jitterBoxes } from './jitterBoxes.mjs'

const images = [{ id: 1, width: 200, height: 100 }]
const boxes = Array.from({ length: 500 }, () => ({ image_id: 1, bbox: [50, 20, 100, 50] }))

test('each side moves by -3 to +7 % of its length, and uses that range', () => {
  const left = jitterBoxes(boxes, images, 0).map((box) => box.bbox[0])
  // x = 50 - shift, shift in -3..7 px.
  expect(Math.min(...left)).toBeGreaterThanOrEqual(43)
  expect(Math.max(...left)).toBeLessThanOrEqual(53)
  expect(Math.max(...left) - Math.min(...left)).toBeGreaterThan(9)
})

test('a box stays inside its image', () => {
  const [box] = jitterBoxes([{ image_id: 1, bbox: [0, 0, 200, 100] }], images, 3)
  const [x, y, width, height] = box.bbox
  expect(x).toBeGreaterThanOrEqual(0)
  expect(x + width).toBeLessThanOrEqual(200)
  expect(y + height).toBeLessThanOrEqual(100)
})

test('equal seeds give equal boxes, others give others', () => {
  expect(jitterBoxes(boxes, images, 7)).toEqual(jitterBoxes(boxes, images, 7))
  expect(jitterBoxes(boxes, images, 7)).not.toEqual(jitterBoxes(boxes, images, 8))
})

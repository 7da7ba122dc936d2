import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actualSize, fitViewport, imageToStage, panBy, stageToImage, zoomAt, zoomToBox } from './viewport'

const stage = { width: 648, height: 448 }
const image = { width: 300, height: 100 }

test('fitting leaves the margin at the tighter side and centres the other', () => {
  // Across: (648 - 48) / 300 = 2. Down: (448 - 48) / 100 = 4. Scale 2: 600 x 200 on the screen.
  expect(fitViewport(image, stage)).toEqual({ scale: 2, x: 24, y: 124 })
})

test('stage to image and back is the identity', () => {
  const viewport = { scale: 3.7, x: -120, y: 44 }
  const there = stageToImage(viewport, { x: 17, y: 200 })
  const back = imageToStage(viewport, there)
  expect(back.x).toBeCloseTo(17, 9)
  expect(back.y).toBeCloseTo(200, 9)
})

test('zooming keeps the image point under the cursor', () => {
  const before = fitViewport(image, stage)
  const cursor = { x: 324, y: 224 }
  const after = zoomAt(before, cursor, 3, { image, stage })
  expect(after.scale).toBe(6)
  expect(stageToImage(after, cursor)).toEqual(stageToImage(before, cursor))
})

test('zooming stops at its limits', () => {
  const fitted = fitViewport(image, stage)
  expect(zoomAt(fitted, { x: 0, y: 0 }, 1e6, { image, stage }).scale).toBe(64)
  // A quarter of the fitted scale 2.
  expect(zoomAt(fitted, { x: 0, y: 0 }, 1e-6, { image, stage }).scale).toBe(0.5)
})

test('panning never loses the picture', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 }), (x, y) => {
      const moved = panBy(fitViewport(image, stage), { x, y }, { image, stage })
      expect(moved.x).toBeLessThanOrEqual(648 - 48)
      expect(moved.x + 600).toBeGreaterThanOrEqual(48)
      expect(moved.y).toBeLessThanOrEqual(448 - 48)
      expect(moved.y + 200).toBeGreaterThanOrEqual(48)
    }),
  )
})

test('100 % keeps the point in the middle in the middle', () => {
  // The middle of the fitted picture is the pixel corner (150, 50).
  const actual = actualSize(fitViewport(image, stage), stage)
  expect(actual).toEqual({ scale: 1, x: 324 - 150, y: 224 - 50 })
})

test('zooming to a box puts its centre in the middle at half the window', () => {
  // 648 / (2 * 54) = 6, 448 / (2 * 20) = 11.2.
  const viewport = zoomToBox({ x: 100, y: 40, width: 54, height: 20 }, image, stage)
  expect(viewport.scale).toBe(6)
  expect(imageToStage(viewport, { x: 127, y: 50 })).toEqual({ x: 324, y: 224 })
})

test('zooming to a tiny box keeps its surroundings', () => {
  expect(zoomToBox({ x: 5, y: 5, width: 1, height: 1 }, image, stage).scale).toBe(24)
})

import { expect, test } from 'vitest'
import { createPaintBuffer } from './paintBuffer'

const image = { width: 400, height: 300 }

test('the smallest brush sets exactly the pixel under the pointer', () => {
  const buffer = createPaintBuffer(image, null)
  // Centre of pixel (7, 3); neighbours are 1 px away.
  buffer.stroke({ x: 7.5, y: 3.5 }, { x: 7.5, y: 3.5 }, 0.5, 1)
  expect(buffer.tightPatch()).toEqual({
    boundsPx: { x: 7, y: 3, width: 1, height: 1 },
    mask: { width: 1, height: 1, data: Uint8Array.of(1) },
  })
})

test('the smallest brush sets the pixel under its tip wherever in the pixel the tip is', () => {
  const buffer = createPaintBuffer(image, null)
  buffer.stroke({ x: 10.95, y: 20.05 }, { x: 10.95, y: 20.05 }, 0.5, 1)
  const { x, y, width } = buffer.bounds()
  expect(buffer.data()[(20 - y) * width + 10 - x]).toBe(1)
})

test('a dab of radius 1.5 on a pixel centre is the 3 x 3 square', () => {
  const buffer = createPaintBuffer(image, null)
  // Corners are at distance sqrt(2) = 1.414 < 1.5, the next pixels at 2.
  buffer.stroke({ x: 50.5, y: 50.5 }, { x: 50.5, y: 50.5 }, 1.5, 1)
  expect(buffer.tightPatch()?.boundsPx).toEqual({ x: 49, y: 49, width: 3, height: 3 })
  expect(buffer.tightPatch()?.mask.data.every((value) => value === 1)).toBe(true)
})

test('a fast stroke has no gaps', () => {
  const buffer = createPaintBuffer(image, null)
  buffer.stroke({ x: 10.5, y: 20.5 }, { x: 110.5, y: 20.5 }, 0.5, 1)
  const patch = buffer.tightPatch()
  expect(patch?.boundsPx).toEqual({ x: 10, y: 20, width: 101, height: 1 })
  expect(patch?.mask.data.every((value) => value === 1)).toBe(true)
})

test('growing keeps what was painted before', () => {
  const buffer = createPaintBuffer(image, null)
  buffer.stroke({ x: 10.5, y: 10.5 }, { x: 10.5, y: 10.5 }, 0.5, 1)
  buffer.stroke({ x: 390.5, y: 290.5 }, { x: 390.5, y: 290.5 }, 0.5, 1)
  const patch = buffer.tightPatch()
  expect(patch?.boundsPx).toEqual({ x: 10, y: 10, width: 381, height: 281 })
  expect(patch?.mask.data.reduce((sum, value) => sum + value, 0)).toBe(2)
})

test('erasing everything leaves no patch, and the mask it started from is untouched', () => {
  const start = {
    boundsPx: { x: 5, y: 5, width: 2, height: 2 },
    mask: { width: 2, height: 2, data: Uint8Array.of(1, 1, 1, 1) },
  }
  const buffer = createPaintBuffer(image, start)
  buffer.stroke({ x: 6, y: 6 }, { x: 6, y: 6 }, 5, 0)
  expect(buffer.tightPatch()).toBeNull()
  expect([...start.mask.data]).toEqual([1, 1, 1, 1])
})

test('a stroke outside the image touches nothing; at the border it is cut', () => {
  const buffer = createPaintBuffer(image, null)
  expect(buffer.stroke({ x: -50, y: -50 }, { x: -40, y: -40 }, 3, 1)).toBeNull()
  buffer.stroke({ x: 0, y: 0 }, { x: 0, y: 0 }, 2, 1)
  expect(buffer.tightPatch()?.boundsPx).toEqual({ x: 0, y: 0, width: 2, height: 2 })
})

import { expect, test } from 'vitest'
import { pasteMap } from './pasteMap'

test('a grid of the image size is pasted unchanged', () => {
  const frame = { originPx: { x: 3, y: 5 }, widthPx: 2, heightPx: 2, columns: 2, rows: 2 }
  const window = { x: 3, y: 5, width: 2, height: 2 }
  expect([...pasteMap(Float32Array.of(1, 2, 3, 4), frame, window).data]).toEqual([1, 2, 3, 4])
})

test('enlarging interpolates at half-pixel centres and repeats the edges', () => {
  // Grid 0, 4 over 4 image pixels: centres at grid positions -0.25, 0.25, 0.75, 1.25.
  const frame = { originPx: { x: 0, y: 0 }, widthPx: 4, heightPx: 4, columns: 2, rows: 2 }
  const window = { x: 0, y: 0, width: 4, height: 1 }
  expect([...pasteMap(Float32Array.of(0, 4, 0, 4), frame, window).data]).toEqual([0, 1, 3, 4])
})

test('a window may reach beyond the crop', () => {
  const frame = { originPx: { x: 2, y: 0 }, widthPx: 2, heightPx: 2, columns: 2, rows: 2 }
  const window = { x: 0, y: 0, width: 6, height: 1 }
  expect([...pasteMap(Float32Array.of(5, 7, 5, 7), frame, window).data]).toEqual([5, 5, 5, 7, 7, 7])
})

import { expect, test } from 'vitest'
import { handleAt, handlesOf, resizeBox } from './handles'

const box = { x: 100, y: 100, width: 60, height: 40 }

test('a handle can be gripped within 12 screen pixels at any zoom', () => {
  expect(handleAt(box, { x: 111, y: 111 }, 1)).toBe('nw')
  expect(handleAt(box, { x: 113, y: 113 }, 1)).toBeNull()
  // At 25 % twelve screen pixels are 48 image pixels, and the nearest corner wins.
  expect(handleAt(box, { x: 60, y: 95 }, 0.25)).toBe('nw')
  // At 800 % they are 1.5 image pixels.
  expect(handleAt(box, { x: 102, y: 100 }, 8)).toBeNull()
})

test('the middle of a tiny box moves it', () => {
  const tiny = { x: 10, y: 10, width: 4, height: 4 }
  expect(handleAt(tiny, { x: 12, y: 12 }, 1)).toBeNull()
})

test('side handles hide where the side is short on the screen', () => {
  expect(handlesOf(box, 1)).toEqual(['nw', 'n', 'ne', 'se', 's', 'sw'])
  expect(handlesOf(box, 2)).toHaveLength(8)
})

test('a corner moves two sides, an edge one, and a box can be turned over', () => {
  expect(resizeBox(box, 'se', { x: 200, y: 150 })).toEqual({ x: 100, y: 100, width: 100, height: 50 })
  expect(resizeBox(box, 'e', { x: 200, y: 999 })).toEqual({ x: 100, y: 100, width: 100, height: 40 })
  expect(resizeBox(box, 'w', { x: 180, y: 0 })).toEqual({ x: 160, y: 100, width: 20, height: 40 })
})

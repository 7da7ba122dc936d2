import { expect, test } from 'vitest'
import { checkDrawnBox, isDuplicateBox, moveBoxInside } from './boxRules'

const image = { width: 100, height: 50 }

test('a box that leaves the image is cut at its edge', () => {
  expect(checkDrawnBox({ x: -5, y: 10, width: 20, height: 100 }, image)).toEqual({
    kind: 'ok',
    boxPx: { x: 0, y: 10, width: 15, height: 40 },
  })
})

test('a box outside the image is refused', () => {
  expect(checkDrawnBox({ x: 200, y: 10, width: 20, height: 10 }, image)).toEqual({ kind: 'outside' })
})

test('a sliver is refused, also when clipping made it one', () => {
  expect(checkDrawnBox({ x: 10, y: 10, width: 1, height: 30 }, image)).toEqual({ kind: 'sliver' })
  expect(checkDrawnBox({ x: 99, y: 10, width: 30, height: 30 }, image)).toEqual({ kind: 'sliver' })
})

test('moving stops at the edge and keeps the size', () => {
  expect(moveBoxInside({ x: 90, y: 5, width: 10, height: 10 }, { x: 7, y: -9 }, image)).toEqual({
    x: 90,
    y: 0,
    width: 10,
    height: 10,
  })
})

test('the same box drawn twice is recognised', () => {
  const box = { x: 10, y: 10, width: 20, height: 20 }
  expect(isDuplicateBox({ ...box, x: 10.1 }, [box])).toBe(true)
  expect(isDuplicateBox({ ...box, x: 14 }, [box])).toBe(false)
})

import { expect, test } from 'vitest'
import { fakeBox, fakeClick, fakeImage } from './__fakes__/fakeRecords'
import { clicksOutOfReach, isClickFor, sameClicks } from './clickRules'

const image = { width: 100, height: 80 }
const box = { x: 20, y: 20, width: 40, height: 10 }

test('a click in the box or within half its longer side means the box', () => {
  expect(isClickFor(box, { x: 21, y: 25 }, image)).toBe(true)
  // 20 px, half of 40, beyond each side.
  expect(isClickFor(box, { x: 40, y: 50 }, image)).toBe(true)
  expect(isClickFor(box, { x: 40, y: 51 }, image)).toBe(false)
})

test('a tiny box can be clicked beside', () => {
  const tiny = { x: 50, y: 50, width: 2, height: 2 }
  expect(isClickFor(tiny, { x: 44, y: 50 }, image)).toBe(true)
  expect(isClickFor(tiny, { x: 41, y: 50 }, image)).toBe(false)
})

test('a point outside the image is no click', () => {
  expect(isClickFor({ x: 90, y: 0, width: 10, height: 20 }, { x: 100, y: 10 }, image)).toBe(false)
  expect(isClickFor({ x: 0, y: 0, width: 10, height: 20 }, { x: -1, y: 10 }, image)).toBe(false)
})

test('a box that moves away leaves its clicks behind', () => {
  const near = fakeClick('near', fakeBox('a', fakeImage('a')), { pointPx: { x: 25, y: 25 } })
  const far = fakeClick('far', fakeBox('a', fakeImage('a')), { pointPx: { x: 90, y: 70 } })
  expect(clicksOutOfReach([near, far], box, image)).toEqual([far])
})

test('clicks are the same only in the same order with the same signs', () => {
  const plus = { pointPx: { x: 1, y: 2 }, isPositive: true }
  const minus = { pointPx: { x: 1, y: 2 }, isPositive: false }
  expect(sameClicks([plus, minus], [plus, minus])).toBe(true)
  expect(sameClicks([plus, minus], [minus, plus])).toBe(false)
  expect(sameClicks([plus], [plus, minus])).toBe(false)
  expect(sameClicks([], [])).toBe(true)
})

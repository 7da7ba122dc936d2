import { expect, test } from 'vitest'
import type { MaskPatch } from '../../app/app'
import { idOf, type BoxAnnotation, type ClickPrompt, type PseudoMask } from '../../domain/records'
import { clickAt, objectAt, objectsInside } from './hitTest'
import type { ImageObject } from './imageObjects'

const boxed = (name: string, x: number, y: number, width: number, height: number): ImageObject => ({
  id: idOf('annotation', name),
  state: 'boxOnly',
  classId: idOf('class', 'a'),
  box: { boxPx: { x, y, width, height } } as BoxAnnotation,
  mask: null,
})

const region = (name: string, x: number, y: number, side: number): ImageObject => ({
  id: idOf('mask', name),
  state: 'accepted',
  classId: idOf('class', 'a'),
  box: null,
  mask: { id: idOf('mask', name), boundsPx: { x, y, width: side, height: side } } as PseudoMask,
})

const none = () => null

test('of two boxes around a point the smaller one is meant', () => {
  const large = boxed('large', 0, 0, 200, 200)
  const small = boxed('small', 80, 80, 40, 40)
  expect(objectAt([small, large], { x: 100, y: 100 }, 1, none)).toBe(small)
  expect(objectAt([small, large], { x: 30, y: 30 }, 1, none)).toBe(large)
})

test('a 2-pixel defect can be clicked within 12 screen pixels', () => {
  const speck = boxed('speck', 50, 50, 2, 2)
  expect(objectAt([speck], { x: 60, y: 51 }, 1, none)).toBe(speck)
  expect(objectAt([speck], { x: 64, y: 51 }, 1, none)).toBeNull()
  // At 400 % the same 12 screen pixels are 3 image pixels.
  expect(objectAt([speck], { x: 60, y: 51 }, 4, none)).toBeNull()
})

test('a region without a box is only its pixels', () => {
  const half = region('half', 0, 0, 60)
  // The left half of the patch is mask.
  const data = Uint8Array.from({ length: 3600 }, (_, i) => (i % 60 < 30 ? 1 : 0))
  const patch: MaskPatch = {
    boundsPx: { x: 0, y: 0, width: 60, height: 60 },
    mask: { width: 60, height: 60, data },
  }
  expect(objectAt([half], { x: 10, y: 30 }, 1, () => patch)).toBe(half)
  expect(objectAt([half], { x: 50, y: 30 }, 1, () => patch)).toBeNull()
})

test('a mask that is hit wins over a smaller box around the point', () => {
  const big = region('big', 0, 0, 100)
  const patch: MaskPatch = {
    boundsPx: { x: 0, y: 0, width: 100, height: 100 },
    mask: { width: 100, height: 100, data: new Uint8Array(10000).fill(1) },
  }
  const box = boxed('box', 40, 40, 30, 30)
  expect(objectAt([big, box], { x: 50, y: 50 }, 1, () => patch)).toBe(big)
})

test('a marquee takes what lies wholly inside', () => {
  const a = boxed('a', 10, 10, 10, 10)
  const b = boxed('b', 30, 10, 40, 10)
  expect(objectsInside([a, b], { x: 0, y: 0, width: 50, height: 50 })).toEqual([a])
})

test('a click’s mark can be hit within 24 screen pixels at any zoom, the latest one first', () => {
  const click = (name: string, x: number) =>
    ({ id: idOf('click', name), type: 'click', pointPx: { x, y: 50 }, isPositive: true }) as ClickPrompt
  const clicks = [click('a', 50), click('b', 53)]
  expect(clickAt(clicks, { x: 52, y: 50 }, 1)?.id).toBe('click:b')
  expect(clickAt(clicks, { x: 38, y: 50 }, 1)?.id).toBe('click:a')
  expect(clickAt(clicks, { x: 37, y: 50 }, 1)).toBeNull()
  // At four times the size 12 screen pixels are 3 image pixels.
  expect(clickAt(clicks, { x: 46, y: 50 }, 4)).toBeNull()
})

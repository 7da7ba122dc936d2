import { expect, test } from 'vitest'
import type { Box } from '../../core/geometry'
import { createFixSession } from './fixSession'

const image = { width: 300, height: 200 }
const square = () => ({
  boundsPx: { x: 100, y: 100, width: 10, height: 10 },
  mask: { width: 10, height: 10, data: new Uint8Array(100).fill(1) },
})
const area = (data: Uint8Array) => data.reduce((sum, pixel) => sum + pixel, 0)

test('a stroke erases, undo brings the very pixels back', () => {
  const session = createFixSession(square(), image)
  session.beginStroke({ x: 100, y: 105 }, 3, 0)
  session.extendStroke({ x: 110, y: 105 })
  session.endStroke()
  expect(area(session.result()!.mask.data)).toBe(40) // a band of 6 of 10 rows is gone
  expect(session.lastTool()).toBe('eraser')
  session.undo()
  expect(area(session.result()!.mask.data)).toBe(100)
  expect(session.hasChanged()).toBe(false)
})

test('the mask it began with is left alone', () => {
  const start = square()
  const session = createFixSession(start, image)
  session.beginStroke({ x: 105, y: 105 }, 20, 0)
  expect(area(start.mask.data)).toBe(100)
  expect(session.result()).toBeNull()
})

test('a move without an open stroke paints nothing', () => {
  const session = createFixSession(square(), image)
  session.extendStroke({ x: 150, y: 150 })
  expect(session.result()!.boundsPx).toEqual({ x: 100, y: 100, width: 10, height: 10 })
})

test('listeners hear where pixels changed, and null when the patch was made anew', () => {
  const session = createFixSession(square(), image)
  const heard: (Box | null)[] = []
  session.subscribe((changed) => heard.push(changed))
  session.beginStroke({ x: 105, y: 105 }, 2, 1) // inside the patch
  session.extendStroke({ x: 200, y: 105 }) // outside: it grows
  expect(heard).toEqual([{ x: 102, y: 102, width: 6, height: 6 }, null])
})

test('a stroke in progress cannot be taken back', () => {
  const session = createFixSession(square(), image)
  session.beginStroke({ x: 105, y: 105 }, 2, 0)
  session.undo()
  expect(session.hasChanged()).toBe(true)
})

test('where nothing was found the painting begins empty, and undo goes back to nothing', () => {
  const session = createFixSession(null, image)
  expect(session.result()).toBeNull()
  session.beginStroke({ x: 50.5, y: 50.5 }, 0.5, 1)
  session.endStroke()
  expect(session.result()!.boundsPx).toEqual({ x: 50, y: 50, width: 1, height: 1 })
  session.undo()
  expect(session.result()).toBeNull()
})

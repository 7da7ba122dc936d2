import { expect, test } from 'vitest'
import { gridPage, gridShape, keepLiving, moveFocus, remaining, toggleTakenOff } from './gridPage'

const queue = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

test('a page holds the next items of the queue, the last one what is left', () => {
  expect(gridPage(queue, 0, 3).keys).toEqual(['a', 'b', 'c'])
  expect(gridPage(queue, 6, 3).keys).toEqual(['g'])
  expect(gridPage([], 0, 3).keys).toEqual([])
})

test('arrows move by one cell or one row and stop at the ends', () => {
  let page = gridPage(queue, 0, 6)
  page = moveFocus(page, 'left', 3)
  expect(page.focus).toBe(0)
  page = moveFocus(page, 'down', 3)
  expect(page.focus).toBe(3)
  page = moveFocus(page, 'down', 3)
  expect(page.focus).toBe(3)
  page = moveFocus(page, 'right', 3)
  expect(page.focus).toBe(4)
})

test('what was taken off is not accepted with the page, and comes back with a second X', () => {
  let page = toggleTakenOff(gridPage(queue, 0, 3))
  expect(remaining(page)).toEqual(['b', 'c'])
  expect(page.focus).toBe(1)
  page = toggleTakenOff({ ...page, focus: 0 })
  expect(remaining(page)).toEqual(['a', 'b', 'c'])
})

test('a decided item leaves; the focus goes to what took its place, marks stay', () => {
  const page = { ...toggleTakenOff({ ...gridPage(queue, 0, 4), focus: 2 }), focus: 1 }
  const after = keepLiving(page, ['a', 'c', 'd', 'e'])
  expect(after.keys).toEqual(['a', 'c', 'd'])
  expect(after.keys[after.focus]).toBe('c')
  expect(remaining(after)).toEqual(['a', 'd'])
})

test('an unchanged queue keeps the very same page', () => {
  const page = gridPage(queue, 0, 4)
  expect(keepLiving(page, queue)).toBe(page)
})

test('when all of it is decided the page is empty', () => {
  expect(keepLiving(gridPage(queue, 0, 2), ['c', 'd']).keys).toEqual([])
})

test('the grid takes the columns that leave the least room unused', () => {
  // 1000 x 400 without gaps and captions: 5 columns of 200 fill two rows whole; 6 of 166 would leave 68 px below.
  expect(gridShape({ width: 1000, height: 400 }, { gapPx: 0, captionPx: 0 })).toEqual({
    columns: 5,
    rows: 2,
    cellPx: 200,
  })
})

test('a window too small for a cell still shows one', () => {
  expect(gridShape({ width: 90, height: 60 }, { gapPx: 8, captionPx: 22 })).toEqual({
    columns: 1,
    rows: 1,
    cellPx: 90,
  })
})

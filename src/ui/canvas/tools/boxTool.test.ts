import { expect, test, vi } from 'vitest'
import { createBoxTool, type BoxToolHost } from './boxTool'
import type { ToolPointer } from './tool'

const at = (x: number, y: number, more: Partial<ToolPointer> = {}): ToolPointer => ({
  pointPx: { x, y },
  scale: 1,
  isShift: false,
  isAlt: false,
  ...more,
})

function start() {
  const commit = vi.fn<BoxToolHost['commit']>()
  const click = vi.fn<BoxToolHost['click']>()
  const tool = createBoxTool({
    image: () => ({ width: 100, height: 80 }),
    color: () => '#ffffff',
    redraw: () => undefined,
    commit,
    click,
  })
  return { tool, commit, click }
}

test('a drag from any corner gives the same box, once, when the pointer is let go', () => {
  const { tool, commit } = start()
  tool.down(at(50, 40))
  tool.move(at(30, 20))
  tool.move(at(20, 10))
  expect(commit).not.toHaveBeenCalled()
  tool.up(at(20, 10))
  expect(commit.mock.calls).toEqual([[{ x: 20, y: 10, width: 30, height: 30 }]])
  expect(tool.isBusy()).toBe(false)
})

test('the part outside the image is cut', () => {
  const { tool, commit } = start()
  tool.down(at(90, 70))
  tool.move(at(140, 95))
  tool.up(at(140, 95))
  expect(commit.mock.calls).toEqual([[{ x: 90, y: 70, width: 10, height: 10 }]])
})

test('Escape in the middle of a drag leaves nothing behind', () => {
  const { tool, commit, click } = start()
  tool.down(at(10, 10))
  tool.move(at(60, 60))
  tool.cancel()
  tool.up(at(60, 60))
  expect(commit).not.toHaveBeenCalled()
  expect(click).not.toHaveBeenCalled()
})

test('a press without a drag is a click; how far a drag is counts on the screen', () => {
  const { tool, commit, click } = start()
  tool.down(at(10, 10, { scale: 0.5 }))
  tool.move(at(16, 10, { scale: 0.5 }))
  tool.up(at(16, 10, { scale: 0.5 }))
  // 6 image pixels are 3 screen pixels at half size.
  expect(click).toHaveBeenCalledWith({ x: 10, y: 10 }, false)
  expect(commit).not.toHaveBeenCalled()
})

test('Shift draws a square in the direction of the drag', () => {
  const { tool, commit } = start()
  tool.down(at(50, 50))
  tool.move(at(40, 20, { isShift: true }))
  tool.up(at(40, 20))
  expect(commit.mock.calls).toEqual([[{ x: 20, y: 20, width: 30, height: 30 }]])
})

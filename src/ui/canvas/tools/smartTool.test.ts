import { expect, test, vi } from 'vitest'
import { createSmartTool, type Handles, type SmartToolHost } from './smartTool'
import type { CanvasTool, ToolPointer } from './tool'

const at = (x: number, y: number, more: Partial<ToolPointer> = {}): ToolPointer => ({
  pointPx: { x, y },
  scale: 1,
  isShift: false,
  isAlt: false,
  ...more,
})

/** A handle at (50, 50) and nowhere else. */
function start() {
  const commit = vi.fn<SmartToolHost['commit']>()
  const click = vi.fn<SmartToolHost['click']>()
  const resized = vi.fn<() => void>()
  const gripped = vi.fn<() => void>()
  const handle = {
    down: gripped,
    move: () => undefined,
    up: resized,
    cancel: () => undefined,
    cursor: () => 'nwse-resize',
  } as unknown as CanvasTool
  const handles: Handles = { tool: handle, isUnder: ({ pointPx }) => pointPx.x === 50 && pointPx.y === 50 }
  const tool = createSmartTool(
    {
      image: () => ({ width: 100, height: 80 }),
      color: () => '#ffffff',
      redraw: () => undefined,
      commit,
      isClick: () => true,
      click,
    },
    handles,
  )
  const clicks = () => click.mock.calls.map(([{ pointPx }, isPositive]) => [pointPx.x, pointPx.y, isPositive])
  return { tool, commit, click, clicks, resized, gripped }
}

test('a drag is a box and no click', () => {
  const { tool, commit, click } = start()
  tool.down(at(10, 10))
  tool.move(at(40, 30))
  tool.up(at(40, 30))
  expect(commit.mock.calls).toEqual([[{ x: 10, y: 10, width: 30, height: 20 }]])
  expect(click).not.toHaveBeenCalled()
})

test('a press adds; the other button and Alt take away', () => {
  const { tool, clicks, commit } = start()
  tool.down(at(20, 20))
  tool.up(at(21, 20))
  tool.secondary?.(at(30, 30))
  tool.down(at(40, 40, { isAlt: true }))
  tool.up(at(40, 40))
  expect(clicks()).toEqual([
    [20, 20, true],
    [30, 30, false],
    [40, 40, false],
  ])
  expect(commit).not.toHaveBeenCalled()
})

test('the other button in the middle of a drag does not end it', () => {
  const { tool, clicks, commit } = start()
  tool.down(at(10, 10))
  tool.move(at(40, 30))
  tool.secondary?.(at(40, 30))
  tool.up(at(40, 30))
  expect(clicks()).toEqual([])
  expect(commit).toHaveBeenCalledTimes(1)
})

test('a press on a handle is a click there, a drag from it resizes', () => {
  const { tool, clicks, commit, resized, gripped } = start()
  tool.down(at(50, 50))
  tool.move(at(51, 50))
  tool.up(at(51, 50))
  expect(clicks()).toEqual([[50, 50, true]])
  expect(resized).not.toHaveBeenCalled()
  tool.down(at(50, 50))
  tool.move(at(60, 55))
  expect(tool.isBusy()).toBe(true)
  tool.up(at(60, 55))
  expect(resized).toHaveBeenCalledTimes(1)
  expect(gripped).toHaveBeenCalledTimes(2)
  expect(commit).not.toHaveBeenCalled()
})

test('Escape in the middle of a drag leaves nothing behind', () => {
  const { tool, commit, click } = start()
  tool.down(at(10, 10))
  tool.move(at(60, 60))
  tool.cancel()
  tool.up(at(60, 60))
  expect(commit).not.toHaveBeenCalled()
  expect(click).not.toHaveBeenCalled()
  expect(tool.isBusy()).toBe(false)
})

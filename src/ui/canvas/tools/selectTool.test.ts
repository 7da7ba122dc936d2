import { expect, test, vi } from 'vitest'
import type { Box } from '../../../core/geometry'
import { idOf, type AnnotationId } from '../../../domain/records'
import type { ImageObject, ObjectId } from '../imageObjects'
import { createSelectTool, type SelectToolHost } from './selectTool'
import type { ToolPointer } from './tool'

const at = (x: number, y: number, isShift = false): ToolPointer => ({
  pointPx: { x, y },
  scale: 1,
  isShift,
  isAlt: false,
})

function start(boxes: Readonly<Record<string, Box>>, selected: readonly string[] = []) {
  const all = Object.entries(boxes).map(([name, boxPx]) => ({ id: idOf('annotation', name), boxPx }))
  const object = (entry: { id: AnnotationId; boxPx: Box }) =>
    ({ id: entry.id, box: { boxPx: entry.boxPx } }) as unknown as ImageObject
  let selection: readonly ObjectId[] = selected.map((name) => idOf('annotation', name))
  const chosen = () => all.filter((entry) => selection.includes(entry.id))
  const commitMove = vi.fn<SelectToolHost['commitMove']>()
  const commitResize = vi.fn<SelectToolHost['commitResize']>()
  const preview = vi.fn<SelectToolHost['preview']>()
  const tool = createSelectTool({
    image: () => ({ width: 200, height: 200 }),
    objectAt: ({ x, y }) => {
      const hit = all.find(
        ({ boxPx }) =>
          x >= boxPx.x && y >= boxPx.y && x <= boxPx.x + boxPx.width && y <= boxPx.y + boxPx.height,
      )
      return hit === undefined ? null : object(hit)
    },
    objectsInside: (marquee) =>
      all
        .filter(({ boxPx }) => boxPx.x >= marquee.x && boxPx.x + boxPx.width <= marquee.x + marquee.width)
        .map(object),
    selection: () => selection,
    editableBox: () => (chosen().length === 1 ? chosen()[0]! : null),
    movableBoxes: chosen,
    select: (ids) => {
      selection = ids
    },
    redraw: () => undefined,
    preview,
    commitMove,
    commitResize,
  })
  return { tool, commitMove, commitResize, preview, selection: () => selection }
}

const two = { a: { x: 20, y: 20, width: 60, height: 60 }, b: { x: 120, y: 20, width: 60, height: 60 } }
const [a, b] = [idOf('annotation', 'a'), idOf('annotation', 'b')]

test('a click selects, Shift-click adds and takes away, a click beside deselects', () => {
  const { tool, selection, commitMove } = start(two)
  const click = (pointer: ToolPointer) => {
    tool.down(pointer)
    tool.up(pointer)
  }
  click(at(50, 50))
  expect(selection()).toEqual([a])
  click(at(150, 50, true))
  expect(selection()).toEqual([a, b])
  click(at(50, 50, true))
  expect(selection()).toEqual([b])
  click(at(5, 190))
  expect(selection()).toEqual([])
  expect(commitMove).not.toHaveBeenCalled()
})

test('dragging moves by whole pixels, once, and never out of the image', () => {
  const { tool, commitMove } = start(two, ['a'])
  tool.down(at(50, 50))
  tool.move(at(60.4, 50))
  tool.move(at(10, 52.6))
  tool.up(at(10, 52.6))
  // -40 would leave the image; 20 px is the room at the left. 2.6 rounds to 3.
  expect(commitMove.mock.calls).toEqual([[[a], { x: -20, y: 3 }]])
})

test('a tremble of two pixels is a click', () => {
  const { tool, commitMove } = start(two, ['a'])
  tool.down(at(50, 50))
  tool.move(at(52, 51))
  tool.up(at(52, 51))
  expect(commitMove).not.toHaveBeenCalled()
})

test('a handle resizes and stops at the image border', () => {
  const { tool, commitResize } = start(two, ['a'])
  tool.down(at(81, 79))
  tool.move(at(100, 400))
  tool.up(at(100, 400))
  expect(commitResize.mock.calls).toEqual([[a, { x: 20, y: 20, width: 80, height: 180 }]])
})

test('Escape during a resize restores the view and commits nothing', () => {
  const { tool, commitResize, preview } = start(two, ['a'])
  tool.down(at(80, 80))
  tool.move(at(100, 100))
  tool.cancel()
  tool.up(at(100, 100))
  expect(commitResize).not.toHaveBeenCalled()
  expect(preview.mock.lastCall?.[0].size).toBe(0)
})

test('a marquee selects what it holds, and with Shift keeps the former selection', () => {
  const { tool, selection } = start(two, ['b'])
  tool.down(at(0, 100, true))
  tool.move(at(90, 150, true))
  tool.up(at(90, 150, true))
  expect(selection()).toEqual([b, a])
})

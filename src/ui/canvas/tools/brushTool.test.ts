import { expect, test, vi } from 'vitest'
import type { MaskPatch } from '../../../app/app'
import { createBrushTool, type BrushToolHost, type PaintTarget } from './brushTool'
import type { ToolPointer } from './tool'

// The preview draws on a canvas element, which node does not have; the pixels under test are in the patch.
vi.stubGlobal('document', { createElement: () => ({ width: 0, height: 0, getContext: () => null }) })

const at = (x: number, y: number, more: Partial<ToolPointer> = {}): ToolPointer => ({
  pointPx: { x, y },
  scale: 1,
  isShift: false,
  isAlt: false,
  ...more,
})

const area = (patch: MaskPatch | null) => patch?.mask.data.reduce((sum, value) => sum + value, 0) ?? 0

function start(mode: 'paint' | 'erase', more: Partial<BrushToolHost> = {}) {
  const commits: { target: PaintTarget; patch: MaskPatch | null; isErasing: boolean }[] = []
  const finish: (() => void)[] = []
  const tool = createBrushTool(
    {
      image: () => ({ width: 100, height: 100 }),
      radiusPx: () => 0.5,
      opacity: () => 0.5,
      target: () => ({ key: 'new', color: '#ff0000', patch: null }),
      redraw: () => undefined,
      replaced: () => undefined,
      commit: (target, patch, isErasing) => {
        commits.push({ target, patch, isErasing })
        return new Promise((resolve) => finish.push(resolve))
      },
      ...more,
    },
    mode,
  )
  return { tool, commits, finish }
}

test('a stroke is stored once, when it ends', () => {
  const { tool, commits } = start('paint')
  tool.down(at(10.5, 10.5))
  tool.move(at(14.5, 10.5))
  expect(commits).toHaveLength(0)
  tool.up(at(14.5, 10.5))
  expect(commits.map(({ patch }) => patch?.boundsPx)).toEqual([{ x: 10, y: 10, width: 5, height: 1 }])
})

test('Escape during a stroke stores nothing', () => {
  const { tool, commits } = start('paint')
  tool.down(at(10.5, 10.5))
  tool.cancel()
  tool.up(at(10.5, 10.5))
  expect(commits).toHaveLength(0)
})

test('a second stroke before the first is stored builds on it', () => {
  const { tool, commits } = start('paint')
  tool.down(at(10.5, 10.5))
  tool.up(at(10.5, 10.5))
  tool.down(at(12.5, 10.5))
  tool.up(at(12.5, 10.5))
  expect(commits.map(({ patch }) => area(patch))).toEqual([1, 2])
})

test('Alt turns the brush into the eraser for one stroke', () => {
  const patch: MaskPatch = {
    boundsPx: { x: 10, y: 10, width: 3, height: 1 },
    mask: { width: 3, height: 1, data: Uint8Array.of(1, 1, 1) },
  }
  const { tool, commits } = start('paint', { target: () => ({ key: 'm', color: '#ff0000', patch }) })
  tool.down(at(11.5, 10.5, { isAlt: true }))
  tool.up(at(11.5, 10.5))
  expect(commits[0]?.isErasing).toBe(true)
  expect(area(commits[0]?.patch ?? null)).toBe(2)
})

test('erasing all of a mask reports that nothing is left', () => {
  const patch: MaskPatch = {
    boundsPx: { x: 10, y: 10, width: 1, height: 1 },
    mask: { width: 1, height: 1, data: Uint8Array.of(1) },
  }
  const { tool, commits } = start('erase', { target: () => ({ key: 'm', color: '#ff0000', patch }) })
  tool.down(at(10.5, 10.5))
  tool.up(at(10.5, 10.5))
  expect(commits[0]?.patch).toBeNull()
})

test('Shift draws a straight line from the end of the former stroke', () => {
  const { tool, commits, finish } = start('paint')
  tool.down(at(10.5, 10.5))
  tool.up(at(10.5, 10.5))
  finish[0]?.()
  tool.down(at(20.5, 10.5, { isShift: true }))
  tool.up(at(20.5, 10.5))
  expect(commits[1]?.patch?.boundsPx).toEqual({ x: 10, y: 10, width: 11, height: 1 })
})

test('without a target nothing happens', () => {
  const { tool, commits } = start('paint', { target: () => null })
  tool.down(at(10.5, 10.5))
  expect(tool.isBusy()).toBe(false)
  tool.up(at(10.5, 10.5))
  expect(commits).toHaveLength(0)
})

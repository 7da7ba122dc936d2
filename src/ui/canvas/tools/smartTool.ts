import type { Point } from '../../../core/geometry'
import { drawClickMark } from '../layers/drawClicks'
import { createBoxTool, type BoxToolHost } from './boxTool'
import type { CanvasTool, ToolPointer } from './tool'

/** A press on a handle that moves less than this on the screen is a click beneath it. */
const CLICK_STAGE = 4

export interface SmartToolHost extends Omit<BoxToolHost, 'click'> {
  /** True where a click would refine the selected box, false where it would select something else. */
  isClick(pointPx: Point): boolean
  click(pointer: ToolPointer, isPositive: boolean): void
}

/** The handles of the selected box, which are gripped before anything else. */
export interface Handles {
  isUnder(pointer: ToolPointer): boolean
  readonly tool: CanvasTool
}

type State =
  | { readonly kind: 'idle' }
  /** With the box tool: a drag makes a box, a press a click. */
  | { readonly kind: 'pressed'; readonly from: ToolPointer }
  | { readonly kind: 'onHandle'; readonly from: ToolPointer }
  | { readonly kind: 'resizing' }

/**
 * Box, then clicks: a drag draws a box, a click adds to the selected box's mask, the other button or Alt takes away.
 * Handles of the selected box resize it as they do elsewhere.
 */
export function createSmartTool(host: SmartToolHost, handles: Handles): CanvasTool {
  let state: State = { kind: 'idle' }
  let hover: ToolPointer | null = null
  const boxTool = createBoxTool({
    ...host,
    click: () => {
      if (state.kind === 'pressed') host.click(state.from, !state.from.isAlt)
    },
  })

  const cancel = (): void => {
    if (state.kind === 'pressed') boxTool.cancel()
    if (state.kind === 'onHandle' || state.kind === 'resizing') handles.tool.cancel()
    state = { kind: 'idle' }
  }

  return {
    down: (pointer) => {
      if (handles.isUnder(pointer)) {
        state = { kind: 'onHandle', from: pointer }
        handles.tool.down(pointer)
        return
      }
      state = { kind: 'pressed', from: pointer }
      boxTool.down(pointer)
    },
    move: (pointer) => {
      hover = pointer
      if (state.kind === 'onHandle' && travelStage(state.from, pointer) >= CLICK_STAGE)
        state = { kind: 'resizing' }
      if (state.kind === 'resizing') handles.tool.move(pointer)
      else if (state.kind !== 'onHandle') boxTool.move(pointer)
    },
    up: (pointer) => {
      const ended = state
      if (ended.kind === 'pressed') boxTool.up(pointer)
      if (ended.kind === 'resizing') handles.tool.up(pointer)
      if (ended.kind === 'onHandle') {
        handles.tool.cancel()
        host.click(ended.from, !ended.from.isAlt)
      }
      state = { kind: 'idle' }
    },
    secondary: (pointer) => {
      // In the middle of a drag the other button does nothing: the drag goes on.
      if (state.kind === 'idle') host.click(pointer, false)
    },
    leave: () => {
      hover = null
      boxTool.leave()
    },
    cancel,
    finish: cancel,
    isBusy: () => boxTool.isBusy() || state.kind === 'resizing',
    cursor: (pointer) => {
      if (state.kind === 'resizing' || (pointer !== null && handles.isUnder(pointer)))
        return handles.tool.cursor(pointer)
      return 'crosshair'
    },
    draw: (context, scale) => {
      const isAiming = state.kind === 'idle' && hover !== null && host.isClick(hover.pointPx)
      if (!isAiming) {
        boxTool.draw(context, scale)
        return
      }
      // Beside the cursor, so that the pixel in question stays visible.
      const beside = { x: hover!.pointPx.x + 14 / scale, y: hover!.pointPx.y - 14 / scale }
      drawClickMark(context, { pointPx: beside, isPositive: !hover!.isAlt }, scale)
    },
  }
}

function travelStage(from: ToolPointer, to: ToolPointer): number {
  return Math.max(Math.abs(to.pointPx.x - from.pointPx.x), Math.abs(to.pointPx.y - from.pointPx.y)) * to.scale
}

import { clipBox, type Box, type Point, type Size } from '../../../core/geometry'
import type { CanvasTool } from './tool'

/** A press that moves less than this on the screen is a click, not a box. */
const CLICK_STAGE = 4

export interface BoxToolHost {
  image(): Size
  /** Colour of the class in hand. */
  color(): string
  redraw(): void
  commit(boxPx: Box): void
  click(pointPx: Point, isShift: boolean): void
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'dragging'; readonly from: Point; readonly to: Point }

/** Draws a box from corner to corner. With Shift held it is a square; the part outside the image is cut. */
export function createBoxTool(host: BoxToolHost): CanvasTool {
  let state: State = { kind: 'idle' }
  let hover: Point | null = null

  const go = (next: State): void => {
    state = next
    host.redraw()
  }
  const cancel = (): void => go({ kind: 'idle' })

  return {
    down: ({ pointPx }) => go({ kind: 'dragging', from: pointPx, to: pointPx }),
    move: ({ pointPx, isShift }) => {
      hover = pointPx
      if (state.kind === 'dragging') {
        const { from } = state
        go({ kind: 'dragging', from, to: isShift ? squareCorner(from, pointPx) : pointPx })
      } else host.redraw()
    },
    up: ({ scale, isShift }) => {
      if (state.kind !== 'dragging') return
      const { from, to } = state
      cancel()
      const travelStage = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) * scale
      if (travelStage < CLICK_STAGE) {
        host.click(from, isShift)
        return
      }
      const clipped = clipBox(boxOf(from, to), host.image())
      if (clipped !== null) host.commit(clipped)
    },
    leave: () => {
      hover = null
      host.redraw()
    },
    cancel,
    // A box ends where the pointer is let go: there is nothing to finish early.
    finish: cancel,
    isBusy: () => state.kind === 'dragging',
    cursor: () => 'crosshair',
    draw: (context, scale) => {
      if (state.kind === 'dragging') drawPreview(context, boxOf(state.from, state.to), host.color(), scale)
      else if (hover !== null) drawCrosshair(context, hover, host.image(), scale)
    },
  }
}

function boxOf(a: Point, b: Point): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  }
}

function squareCorner(from: Point, to: Point): Point {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return {
    x: from.x + Math.sign(to.x - from.x || 1) * side,
    y: from.y + Math.sign(to.y - from.y || 1) * side,
  }
}

function drawPreview(context: CanvasRenderingContext2D, box: Box, color: string, scale: number): void {
  context.fillStyle = `${color}26`
  context.fillRect(box.x, box.y, box.width, box.height)
  context.lineWidth = 3 / scale
  context.strokeStyle = '#000a'
  context.strokeRect(box.x, box.y, box.width, box.height)
  context.lineWidth = 1.5 / scale
  context.strokeStyle = color
  context.strokeRect(box.x, box.y, box.width, box.height)
}

// Full-length guides help to start a tight box at a defect's edge.
function drawCrosshair(context: CanvasRenderingContext2D, at: Point, image: Size, scale: number): void {
  if (at.x < 0 || at.y < 0 || at.x > image.width || at.y > image.height) return
  context.lineWidth = 1 / scale
  context.setLineDash([4 / scale, 4 / scale])
  context.strokeStyle = '#ffffff55'
  context.beginPath()
  context.moveTo(at.x, 0)
  context.lineTo(at.x, image.height)
  context.moveTo(0, at.y)
  context.lineTo(image.width, at.y)
  context.stroke()
  context.setLineDash([])
}

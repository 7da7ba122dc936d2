import type { MaskPatch } from '../../../app/app'
import type { Box, Point, Size } from '../../../core/geometry'
import { parseColor } from '../parseColor'
import { createPaintBuffer, type PaintBuffer } from './paintBuffer'
import type { CanvasTool, ToolPointer } from './tool'

/** What a stroke paints on. `key` tells one target from another while a former stroke is still being stored. */
export interface PaintTarget {
  readonly key: string
  readonly color: string
  /** The mask as it is now; null starts a new one. */
  readonly patch: MaskPatch | null
}

export interface BrushToolHost {
  image(): Size
  radiusPx(): number
  opacity(): number
  /** What a stroke that starts here paints on; null when there is nothing to paint on (the host says why). */
  target(pointPx: Point, isErasing: boolean): PaintTarget | null
  redraw(): void
  /** Shown instead of the stored mask while it is painted; null ends that. */
  replaced(key: string | null): void
  /** Stores the result of a stroke; `patch` null: everything was erased. Resolves when the screen shows it. */
  commit(target: PaintTarget, patch: MaskPatch | null, isErasing: boolean): Promise<void>
}

interface Work {
  readonly target: PaintTarget
  readonly buffer: PaintBuffer
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'painting'; readonly work: Work; readonly isErasing: boolean; readonly last: Point }

/**
 * Paints or erases with a round brush. Alt turns one into the other; Shift at the start draws a straight line from
 * the end of the former stroke. Each stroke is stored when it ends; its preview stays until the stored mask is shown,
 * and a new stroke may begin meanwhile.
 */
export function createBrushTool(host: BrushToolHost, mode: 'paint' | 'erase'): CanvasTool {
  let state: State = { kind: 'idle' }
  let hover: ToolPointer | null = null
  let formerEnd: Point | null = null
  let storing: Work | null = null
  const preview = createPaintPreview()

  const down = (pointer: ToolPointer): void => {
    const isErasing = (mode === 'erase') !== pointer.isAlt
    const target = host.target(pointer.pointPx, isErasing)
    if (target === null) return
    // The stored mask of the former stroke may not be here yet: its buffer is newer than what the target knows.
    const work =
      storing?.target.key === target.key
        ? storing
        : { target, buffer: createPaintBuffer(host.image(), target.patch) }
    const from = pointer.isShift && formerEnd !== null ? formerEnd : pointer.pointPx
    state = { kind: 'painting', work, isErasing, last: from }
    preview.begin(work, target.color)
    host.replaced(target.key)
    strokeTo(pointer)
  }

  const strokeTo = ({ pointPx }: ToolPointer): void => {
    if (state.kind !== 'painting') return
    const touched = state.work.buffer.stroke(state.last, pointPx, host.radiusPx(), state.isErasing ? 0 : 1)
    if (touched !== null) preview.update(state.work.buffer, touched)
    state = { ...state, last: pointPx }
    host.redraw()
  }

  const stop = (): void => {
    state = { kind: 'idle' }
    preview.end()
    host.replaced(null)
    host.redraw()
  }

  const up = (): void => {
    if (state.kind !== 'painting') return
    const { work, isErasing, last } = state
    formerEnd = last
    state = { kind: 'idle' }
    storing = work
    const settle = (): void => {
      if (storing !== work) return
      storing = null
      if (state.kind === 'idle') stop()
    }
    // A failure is told by the application's notices; the preview must not outlive it.
    host.commit(work.target, work.buffer.tightPatch(), isErasing).then(settle, settle)
    host.redraw()
  }

  return {
    down,
    move: (pointer) => {
      hover = pointer
      strokeTo(pointer)
      host.redraw()
    },
    up,
    leave: () => {
      hover = null
      host.redraw()
    },
    cancel: stop,
    finish: up,
    isBusy: () => state.kind === 'painting',
    cursor: () => 'none',
    draw: (context, scale) => {
      preview.draw(context, host.opacity())
      if (hover === null) return
      drawRing(context, hover.pointPx, host.radiusPx(), scale, (mode === 'erase') !== hover.isAlt)
    },
  }
}

/** The painted mask as a canvas of just its bounds; only touched rectangles are coloured again. */
function createPaintPreview() {
  let canvas: HTMLCanvasElement | null = null
  let bounds: Box | null = null
  let color = '#ffffff'

  const update = (buffer: PaintBuffer, touched: Box): void => {
    const now = buffer.bounds()
    const isSame =
      bounds !== null &&
      bounds.x === now.x &&
      bounds.y === now.y &&
      bounds.width === now.width &&
      bounds.height === now.height
    if (canvas === null || !isSame) {
      canvas = document.createElement('canvas')
      canvas.width = Math.max(1, now.width)
      canvas.height = Math.max(1, now.height)
      bounds = now
      paint(buffer, now)
    } else paint(buffer, touched)
  }

  const paint = (buffer: PaintBuffer, { x, y, width, height }: Box): void => {
    const context = canvas?.getContext('2d')
    if (context == null || bounds === null || width <= 0 || height <= 0) return
    const { r, g, b } = parseColor(color)
    const picture = new ImageData(width, height)
    const data = buffer.data()
    for (let row = 0, q = 0; row < height; row++) {
      let p = (row + y - bounds.y) * bounds.width + x - bounds.x
      for (let column = 0; column < width; column++, p++, q += 4) {
        if (data[p] === 0) continue
        picture.data[q] = r
        picture.data[q + 1] = g
        picture.data[q + 2] = b
        picture.data[q + 3] = 255
      }
    }
    context.putImageData(picture, x - bounds.x, y - bounds.y)
  }

  return {
    begin: (work: Work, newColor: string): void => {
      canvas = null
      bounds = null
      color = newColor
      const covered = work.buffer.bounds()
      if (covered.width > 0) update(work.buffer, covered)
    },
    update,
    end: (): void => {
      canvas = null
      bounds = null
    },
    draw: (context: CanvasRenderingContext2D, opacity: number): void => {
      if (canvas === null || bounds === null) return
      context.globalAlpha = Math.max(0.35, opacity)
      context.drawImage(canvas, bounds.x, bounds.y)
      context.globalAlpha = 1
    },
  }
}

// A light ring with a dark one around it is visible on any surface; the eraser's is dashed.
function drawRing(
  context: CanvasRenderingContext2D,
  at: Point,
  radiusPx: number,
  scale: number,
  isErasing: boolean,
): void {
  const radius = Math.max(radiusPx, 1.5 / scale)
  context.beginPath()
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI)
  context.lineWidth = 3 / scale
  context.strokeStyle = '#000b'
  context.stroke()
  context.lineWidth = 1.25 / scale
  context.strokeStyle = '#fff'
  if (isErasing) context.setLineDash([4 / scale, 3 / scale])
  context.stroke()
  context.setLineDash([])
}

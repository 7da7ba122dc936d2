import type { MaskPatch } from '../../app/app'
import type { Box, Point, Size } from '../../core/geometry'
import { createPaintBuffer } from '../canvas/tools/paintBuffer'

/** Strokes that can be taken back; each holds a copy of the mask. */
const KEPT_STROKES = 30

/**
 * The painting of one mask: its pixels while they are edited, stroke by stroke. It begins with a mask's pixels, or with
 * none (null). Nothing is saved before `result`.
 */
export interface FixSession {
  /** The present pixels. Read only; painting writes into it. */
  patch(): MaskPatch
  hasChanged(): boolean
  beginStroke(pointPx: Point, radiusPx: number, value: 0 | 1): void
  /** Goes on to a point; nothing while no stroke is open. */
  extendStroke(pointPx: Point): void
  endStroke(): void
  isPainting(): boolean
  /** Takes back the last stroke. */
  undo(): void
  /** The pixels in their tight box; null when everything was erased. */
  result(): MaskPatch | null
  /** The brush that made the last stroke: provenance of the result. */
  lastTool(): 'brush' | 'eraser'
  /** Called with the pixels that changed (image pixels), or null when anything may have. */
  subscribe(listener: (changedPx: Box | null) => void): () => void
}

export function createFixSession(start: MaskPatch | null, image: Size): FixSession {
  let buffer = createPaintBuffer(image, start)
  let stroke: { last: Point; readonly radiusPx: number; readonly value: 0 | 1 } | null = null
  let tool: 'brush' | 'eraser' = 'brush'
  const history: (MaskPatch | null)[] = []
  const listeners = new Set<(changedPx: Box | null) => void>()
  const tell = (changedPx: Box | null): void => {
    for (const listener of listeners) listener(changedPx)
  }

  const paint = (toPx: Point): void => {
    if (stroke === null) return
    const before = buffer.bounds()
    const touchedPx = buffer.stroke(stroke.last, toPx, stroke.radiusPx, stroke.value)
    stroke.last = toPx
    if (touchedPx !== null) tell(buffer.bounds() === before ? touchedPx : null)
  }

  return {
    patch: () => {
      const boundsPx = buffer.bounds()
      return { boundsPx, mask: { width: boundsPx.width, height: boundsPx.height, data: buffer.data() } }
    },
    hasChanged: () => history.length > 0,
    beginStroke: (pointPx, radiusPx, value) => {
      history.push(buffer.tightPatch())
      if (history.length > KEPT_STROKES) history.shift()
      tool = value === 1 ? 'brush' : 'eraser'
      stroke = { last: pointPx, radiusPx, value }
      paint(pointPx)
    },
    extendStroke: paint,
    endStroke: () => {
      if (stroke === null) return
      stroke = null
      tell(null)
    },
    isPainting: () => stroke !== null,
    undo: () => {
      const former = stroke === null ? history.pop() : undefined
      if (former === undefined) return
      buffer = createPaintBuffer(image, former)
      tell(null)
    },
    result: () => buffer.tightPatch(),
    lastTool: () => tool,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

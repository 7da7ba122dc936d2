import type { MaskPatch } from '../../app/app'
import type { Box, Point, Size } from '../../core/geometry'
import { copyPatch, paintSegment, segmentReach, tightPatch } from '../canvas/paintPatch'

/** Strokes that can be taken back; each holds a copy of the patch. */
const KEPT_STROKES = 30

/** The painting of one mask: its pixels while they are edited, stroke by stroke. Nothing is saved before `result`. */
export interface FixSession {
  /** The present pixels. Read only; painting writes into it. */
  patch(): MaskPatch
  hasChanged(): boolean
  canUndo(): boolean
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

export function createFixSession(start: MaskPatch, image: Size): FixSession {
  let patch = copyPatch(start)
  let stroke: { last: Point; readonly radiusPx: number; readonly value: 0 | 1 } | null = null
  let tool: 'brush' | 'eraser' = 'brush'
  const history: MaskPatch[] = []
  const listeners = new Set<(changedPx: Box | null) => void>()
  const tell = (changedPx: Box | null): void => {
    for (const listener of listeners) listener(changedPx)
  }

  const paint = (toPx: Point): void => {
    if (stroke === null) return
    const segment = { fromPx: stroke.last, toPx, radiusPx: stroke.radiusPx, value: stroke.value }
    const before = patch
    patch = paintSegment(patch, segment, image)
    stroke.last = toPx
    tell(patch === before ? segmentReach(segment, image) : null)
  }

  return {
    patch: () => patch,
    hasChanged: () => history.length > 0,
    canUndo: () => history.length > 0 && stroke === null,
    beginStroke: (pointPx, radiusPx, value) => {
      history.push(copyPatch(patch))
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
      patch = former
      tell(null)
    },
    result: () => tightPatch(patch),
    lastTool: () => tool,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

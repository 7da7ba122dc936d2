import type { Box, Point, Size } from '../../../core/geometry'
import type { AnnotationId } from '../../../domain/records'
import type { ImageObject, ObjectId } from '../imageObjects'
import { cursorOf, handleAt, resizeBox, type Handle } from './handles'
import type { CanvasTool, ToolPointer } from './tool'

/** A press that moves less than this on the screen selects and does not move. */
const CLICK_STAGE = 3

export interface SelectToolHost {
  image(): Size
  /** The object under a point that may be selected: not hidden, not locked. */
  objectAt(pointPx: Point, scale: number): ImageObject | null
  objectsInside(marqueePx: Box): readonly ImageObject[]
  selection(): readonly ObjectId[]
  /** The box whose handles are shown: that of the only selected object, if it may be edited. */
  editableBox(): { readonly id: AnnotationId; readonly boxPx: Box } | null
  /** Boxes of the selection that may be moved. */
  movableBoxes(): readonly { readonly id: AnnotationId; readonly boxPx: Box }[]
  select(ids: readonly ObjectId[]): void
  redraw(): void
  /** Boxes shown elsewhere while they are dragged; an empty map ends the preview. */
  preview(boxes: ReadonlyMap<ObjectId, Box>): void
  commitResize(id: AnnotationId, boxPx: Box): void
  commitMove(ids: readonly AnnotationId[], delta: Point): void
}

type State =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'resizing'
      readonly id: AnnotationId
      readonly handle: Handle
      readonly from: Box
      readonly box: Box
    }
  | { readonly kind: 'moving'; readonly from: Point; readonly delta: Point }
  | {
      readonly kind: 'marquee'
      readonly from: Point
      readonly to: Point
      readonly keeps: readonly ObjectId[]
    }

const NO_PREVIEW: ReadonlyMap<ObjectId, Box> = new Map()

/** Selects by click, Shift-click and marquee; moves boxes; resizes one box by its handles. */
export function createSelectTool(host: SelectToolHost): CanvasTool {
  let state: State = { kind: 'idle' }

  const idle = (): void => {
    state = { kind: 'idle' }
    host.preview(NO_PREVIEW)
    host.redraw()
  }

  const down = ({ pointPx, scale, isShift }: ToolPointer): void => {
    const editable = host.editableBox()
    const handle = editable === null ? null : handleAt(editable.boxPx, pointPx, scale)
    if (editable !== null && handle !== null) {
      state = { kind: 'resizing', id: editable.id, handle, from: editable.boxPx, box: editable.boxPx }
      return
    }
    const object = host.objectAt(pointPx, scale)
    const selected = host.selection()
    if (object === null) {
      const keeps = isShift ? selected : []
      if (!isShift && selected.length > 0) host.select([])
      state = { kind: 'marquee', from: pointPx, to: pointPx, keeps }
      return
    }
    const isSelected = selected.includes(object.id)
    if (isShift) {
      host.select(isSelected ? selected.filter((id) => id !== object.id) : [...selected, object.id])
      return
    }
    if (!isSelected) host.select([object.id])
    state = { kind: 'moving', from: pointPx, delta: { x: 0, y: 0 } }
  }

  const move = ({ pointPx, scale }: ToolPointer): void => {
    switch (state.kind) {
      case 'resizing': {
        const box = resizeBox(state.from, state.handle, clampToImage(pointPx, host.image()))
        state = { ...state, box }
        host.preview(new Map([[state.id, box]]))
        break
      }
      case 'moving': {
        const boxes = host.movableBoxes()
        const raw = { x: Math.round(pointPx.x - state.from.x), y: Math.round(pointPx.y - state.from.y) }
        const isClick = Math.max(Math.abs(raw.x), Math.abs(raw.y)) * scale < CLICK_STAGE
        const delta = isClick ? { x: 0, y: 0 } : keepInside(boxes, raw, host.image())
        state = { ...state, delta }
        host.preview(
          delta.x === 0 && delta.y === 0
            ? NO_PREVIEW
            : new Map(boxes.map(({ id, boxPx }) => [id, shifted(boxPx, delta)])),
        )
        break
      }
      case 'marquee':
        state = { ...state, to: pointPx }
        host.select([
          ...state.keeps,
          ...host
            .objectsInside(boxOf(state.from, pointPx))
            .map((object) => object.id)
            .filter((id) => state.kind === 'marquee' && !state.keeps.includes(id)),
        ])
        break
      case 'idle':
        break
    }
    host.redraw()
  }

  const up = (): void => {
    const ended = state
    if (ended.kind === 'resizing' && ended.box !== ended.from) host.commitResize(ended.id, ended.box)
    if (ended.kind === 'moving' && (ended.delta.x !== 0 || ended.delta.y !== 0)) {
      host.commitMove(
        host.movableBoxes().map(({ id }) => id),
        ended.delta,
      )
    }
    idle()
  }

  return {
    down,
    move,
    up,
    leave: () => undefined,
    cancel: idle,
    finish: up,
    isBusy: () => state.kind !== 'idle',
    cursor: (pointer) => {
      if (state.kind === 'resizing') return cursorOf(state.handle)
      if (state.kind === 'moving') return 'move'
      if (pointer === null) return 'default'
      const editable = host.editableBox()
      const handle = editable === null ? null : handleAt(editable.boxPx, pointer.pointPx, pointer.scale)
      if (handle !== null) return cursorOf(handle)
      return host.objectAt(pointer.pointPx, pointer.scale) === null ? 'default' : 'pointer'
    },
    draw: (context, scale) => {
      if (state.kind !== 'marquee') return
      const { x, y, width, height } = boxOf(state.from, state.to)
      context.fillStyle = '#3a9eec1f'
      context.fillRect(x, y, width, height)
      context.lineWidth = 1 / scale
      context.strokeStyle = '#93cdf9'
      context.setLineDash([4 / scale, 3 / scale])
      context.strokeRect(x, y, width, height)
      context.setLineDash([])
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

function shifted(box: Box, by: Point): Box {
  return { ...box, x: box.x + by.x, y: box.y + by.y }
}

function clampToImage({ x, y }: Point, { width, height }: Size): Point {
  return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) }
}

/** The nearest shift that leaves every box inside the image. */
function keepInside(boxes: readonly { readonly boxPx: Box }[], by: Point, image: Size): Point {
  let { x, y } = by
  for (const { boxPx } of boxes) {
    x = Math.max(-boxPx.x, Math.min(image.width - boxPx.x - boxPx.width, x))
    y = Math.max(-boxPx.y, Math.min(image.height - boxPx.y - boxPx.height, y))
  }
  return { x, y }
}

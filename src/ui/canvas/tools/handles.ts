import type { Box, Point } from '../../../core/geometry'

/** Compass names of the eight places where a box can be gripped. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type Handle = (typeof HANDLES)[number]

/** Handles are this wide for the pointer, however small they look or the box is. */
const TARGET_STAGE = 24
/** Below this side length on the screen, the handles at the middle of the sides would cover the box. */
const SIDE_HANDLES_FROM_STAGE = 56

export function handlePoint(box: Box, handle: Handle): Point {
  return {
    x: handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2,
    y: handle.includes('n') ? box.y : handle.includes('s') ? box.y + box.height : box.y + box.height / 2,
  }
}

/** The handles that are shown and can be gripped at this zoom. */
export function handlesOf(box: Box, scale: number): readonly Handle[] {
  return HANDLES.filter((handle) => {
    if (handle === 'n' || handle === 's') return box.width * scale >= SIDE_HANDLES_FROM_STAGE
    if (handle === 'e' || handle === 'w') return box.height * scale >= SIDE_HANDLES_FROM_STAGE
    return true
  })
}

/**
 * The handle under the pointer, the nearest one first, or null. The inner half of a small box stays free, so that it
 * can still be moved.
 */
export function handleAt(box: Box, pointPx: Point, scale: number): Handle | null {
  const isInMiddle =
    Math.abs(pointPx.x - (box.x + box.width / 2)) < box.width / 4 &&
    Math.abs(pointPx.y - (box.y + box.height / 2)) < box.height / 4
  if (isInMiddle) return null
  let nearest: Handle | null = null
  let least = TARGET_STAGE / 2 / scale
  for (const handle of handlesOf(box, scale)) {
    const { x, y } = handlePoint(box, handle)
    const distance = Math.max(Math.abs(pointPx.x - x), Math.abs(pointPx.y - y))
    if (distance < least) {
      least = distance
      nearest = handle
    }
  }
  return nearest
}

/** The box after dragging a handle to a point; pulled across the other side it turns over. */
export function resizeBox(box: Box, handle: Handle, to: Point): Box {
  let left = box.x
  let right = box.x + box.width
  let top = box.y
  let bottom = box.y + box.height
  if (handle.includes('w')) left = to.x
  if (handle.includes('e')) right = to.x
  if (handle.includes('n')) top = to.y
  if (handle.includes('s')) bottom = to.y
  return {
    x: Math.min(left, right),
    y: Math.min(top, bottom),
    width: Math.abs(right - left),
    height: Math.abs(bottom - top),
  }
}

export function cursorOf(handle: Handle): string {
  switch (handle) {
    case 'n':
    case 's':
      return 'ns-resize'
    case 'e':
    case 'w':
      return 'ew-resize'
    case 'nw':
    case 'se':
      return 'nwse-resize'
    case 'ne':
    case 'sw':
      return 'nesw-resize'
  }
}

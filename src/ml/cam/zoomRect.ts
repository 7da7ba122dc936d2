import type { ViewRect } from './classifier'

/** Each side of the second look against the box's (our reconstruction, methods/cam-pseudo-masks.md, B3). */
const ZOOM_GROWTH = 1.5

/** The part of a picture that is looked at closer: the box enlarged by half about its centre, clamped to the picture. */
export function zoomRect(box: ViewRect): ViewRect {
  const marginX = (box.width * (ZOOM_GROWTH - 1)) / 2
  const marginY = (box.height * (ZOOM_GROWTH - 1)) / 2
  const x = Math.max(0, box.x - marginX)
  const y = Math.max(0, box.y - marginY)
  return {
    x,
    y,
    width: Math.min(1, box.x + box.width + marginX) - x,
    height: Math.min(1, box.y + box.height + marginY) - y,
  }
}

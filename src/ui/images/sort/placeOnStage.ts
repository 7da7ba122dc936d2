import type { Size } from '../../../core/geometry'

const MARGIN_PX = 12
/** Small pictures are not blown up beyond this. */
const MOST_SCALE = 8

/**
 * Where a picture is drawn on a stage, in stage pixels: whole and centred, or with `zoomAt` (fractions of its size)
 * in the middle, one image pixel for each stage pixel, at least twice as large as whole.
 */
export function placeOnStage(
  image: Size,
  stage: Size,
  zoomAt: { readonly x: number; readonly y: number } | null,
): { readonly x: number; readonly y: number; readonly scale: number } {
  const room = { width: stage.width - 2 * MARGIN_PX, height: stage.height - 2 * MARGIN_PX }
  const fit = Math.min(room.width / image.width, room.height / image.height, MOST_SCALE)
  if (zoomAt === null) {
    return {
      scale: fit,
      x: (stage.width - image.width * fit) / 2,
      y: (stage.height - image.height * fit) / 2,
    }
  }
  const scale = Math.max(1, fit * 2)
  return {
    scale,
    x: stage.width / 2 - zoomAt.x * image.width * scale,
    y: stage.height / 2 - zoomAt.y * image.height * scale,
  }
}

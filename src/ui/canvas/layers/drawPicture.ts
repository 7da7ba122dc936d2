import type { Box, Size } from '../../../core/geometry'

/** From here on a pixel is a square with hard edges. */
export const NEAREST_FROM_SCALE = 2
/** From here on the borders of pixels are drawn. */
const GRID_FROM_SCALE = 12

/** Draws the picture in image coordinates, smoothed only where it is shrunk or little enlarged. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  { width, height }: Size,
  { scale, visiblePx }: { readonly scale: number; readonly visiblePx: Box },
): void {
  context.imageSmoothingEnabled = scale < NEAREST_FROM_SCALE
  context.imageSmoothingQuality = 'medium'
  context.drawImage(picture, 0, 0, width, height)
  if (scale >= GRID_FROM_SCALE) drawPixelGrid(context, visiblePx, scale)
}

function drawPixelGrid(context: CanvasRenderingContext2D, visible: Box, scale: number): void {
  const right = visible.x + visible.width
  const bottom = visible.y + visible.height
  context.beginPath()
  for (let x = Math.ceil(visible.x); x <= right; x++) {
    context.moveTo(x, visible.y)
    context.lineTo(x, bottom)
  }
  for (let y = Math.ceil(visible.y); y <= bottom; y++) {
    context.moveTo(visible.x, y)
    context.lineTo(right, y)
  }
  context.lineWidth = 1 / scale
  context.strokeStyle = '#8080804d'
  context.stroke()
}

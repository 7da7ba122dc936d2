import { clipBox, type Box, type Size } from '../../../core/geometry'

/** From here on a pixel is a square with hard edges. */
const NEAREST_FROM_SCALE = 2
/** From here on the borders of pixels are drawn. */
const GRID_FROM_SCALE = 12

/**
 * Draws the picture in image coordinates, smoothed only where it is shrunk or little enlarged. Of a very
 * large picture the smaller copy is taken as long as the screen has no more pixels to show than that holds.
 */
export function drawPicture(
  context: CanvasRenderingContext2D,
  full: ImageBitmap,
  image: Size,
  { scale, visiblePx, reduced = null }: PictureView,
): void {
  context.imageSmoothingEnabled = scale < NEAREST_FROM_SCALE
  context.imageSmoothingQuality = 'medium'
  const isEnough = reduced !== null && image.width * scale * devicePixelRatio <= reduced.width
  const source = isEnough ? reduced : full
  // Only the visible part is handed over; whole pixels, one more on each side for the smoothing.
  const part = clipBox(wholePixels(visiblePx), image)
  if (part === null) return
  const across = source.width / image.width
  const down = source.height / image.height
  context.drawImage(
    source,
    part.x * across,
    part.y * down,
    part.width * across,
    part.height * down,
    part.x,
    part.y,
    part.width,
    part.height,
  )
  if (scale >= GRID_FROM_SCALE) drawPixelGrid(context, part, scale)
}

export interface PictureView {
  readonly scale: number
  readonly visiblePx: Box
  /** A smaller copy of a very large picture. */
  readonly reduced?: ImageBitmap | null
}

function wholePixels({ x, y, width, height }: Box): Box {
  const left = Math.floor(x) - 1
  const top = Math.floor(y) - 1
  return { x: left, y: top, width: Math.ceil(x + width) + 1 - left, height: Math.ceil(y + height) + 1 - top }
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

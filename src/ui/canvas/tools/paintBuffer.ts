import type { MaskPatch } from '../../../app/app'
import { clipBox, growBox, type Box, type Point, type Size } from '../../../core/geometry'

/** A mask being painted: a typed array over a part of the image that grows with the strokes. */
export interface PaintBuffer {
  /** What the array covers now, whole image pixels. */
  bounds(): Box
  /** Row-major, 0 or 1, of `bounds()`. Replaced when the buffer grows. */
  data(): Uint8Array
  /**
   * Sets every pixel whose centre lies within `radiusPx` of the segment, and those under it. Returns the touched rectangle in image
   * pixels, or null when the stroke lies outside the image.
   */
  stroke(from: Point, to: Point, radiusPx: number, value: 0 | 1): Box | null
  /** The painted pixels in their tight box; null when there are none. */
  tightPatch(): MaskPatch | null
}

/** Room around what is needed, so that a stroke does not grow the array at every move. */
const MARGIN_PX = 96
/** A brush smaller than a pixel still sets the pixel under its tip, whose centre is at most this far away. */
const LEAST_RADIUS_PX = Math.SQRT1_2

export function createPaintBuffer(image: Size, start: MaskPatch | null): PaintBuffer {
  let bounds: Box =
    start === null
      ? { x: 0, y: 0, width: 0, height: 0 }
      : { ...start.boundsPx, width: start.mask.width, height: start.mask.height }
  let data: Uint8Array = start === null ? new Uint8Array(0) : start.mask.data.slice()

  const growTo = (needed: Box): void => {
    const isInside =
      bounds.width > 0 &&
      needed.x >= bounds.x &&
      needed.y >= bounds.y &&
      needed.x + needed.width <= bounds.x + bounds.width &&
      needed.y + needed.height <= bounds.y + bounds.height
    if (isInside) return
    const wider = growBox(needed, MARGIN_PX)
    const next = clipBox(bounds.width === 0 ? wider : union(bounds, wider), image)
    if (next === null) return
    const grown = new Uint8Array(next.width * next.height)
    for (let y = 0; y < bounds.height; y++) {
      const row = data.subarray(y * bounds.width, (y + 1) * bounds.width)
      grown.set(row, (y + bounds.y - next.y) * next.width + bounds.x - next.x)
    }
    bounds = next
    data = grown
  }

  return {
    bounds: () => bounds,
    data: () => data,
    stroke: (from, to, wantedPx, value) => {
      const radiusPx = Math.max(wantedPx, LEAST_RADIUS_PX)
      const reach = radiusPx + 1
      const left = Math.floor(Math.min(from.x, to.x) - reach)
      const top = Math.floor(Math.min(from.y, to.y) - reach)
      const touched = clipBox(
        {
          x: left,
          y: top,
          width: Math.ceil(Math.max(from.x, to.x) + reach) - left,
          height: Math.ceil(Math.max(from.y, to.y) + reach) - top,
        },
        image,
      )
      if (touched === null) return null
      growTo(touched)
      const dx = to.x - from.x
      const dy = to.y - from.y
      const lengthSquared = dx * dx + dy * dy
      for (let y = touched.y; y < touched.y + touched.height; y++) {
        for (let x = touched.x; x < touched.x + touched.width; x++) {
          const px = x + 0.5 - from.x
          const py = y + 0.5 - from.y
          // Nearest point of the segment, as a share of its length.
          const t = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared))
          const offX = px - t * dx
          const offY = py - t * dy
          if (offX * offX + offY * offY <= radiusPx * radiusPx) {
            data[(y - bounds.y) * bounds.width + x - bounds.x] = value
          }
        }
      }
      return touched
    },
    tightPatch: () => tighten(bounds, data),
  }
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

function tighten(bounds: Box, data: Uint8Array): MaskPatch | null {
  let left = bounds.width
  let right = -1
  let top = bounds.height
  let bottom = -1
  for (let y = 0; y < bounds.height; y++) {
    for (let x = 0; x < bounds.width; x++) {
      if (data[y * bounds.width + x] === 0) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  if (right < 0) return null
  const width = right - left + 1
  const height = bottom - top + 1
  const tight = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const at = (y + top) * bounds.width + left
    tight.set(data.subarray(at, at + width), y * width)
  }
  return {
    boundsPx: { x: bounds.x + left, y: bounds.y + top, width, height },
    mask: { width, height, data: tight },
  }
}

import type { Box, Size } from '../../core/geometry'
import type { Json } from '../../core/json'
import { isJsonArray } from '../json/foreignFields'

/** Four finite numbers x, y, width, height with a positive size, or null. */
export function readBox(value: Json | undefined): Box | null {
  if (!isJsonArray(value) || value.length !== 4) return null
  const [x, y, width, height] = value
  if (!isFiniteNumber(x) || !isFiniteNumber(y) || !isFiniteNumber(width) || !isFiniteNumber(height))
    return null
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

function isFiniteNumber(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** Writers round to the pixel: that much beyond the image is no fault. */
const ROUNDING_PX = 1

export function leavesImage(box: Box, size: Size, tolerancePx = ROUNDING_PX): boolean {
  return (
    box.x < -tolerancePx ||
    box.y < -tolerancePx ||
    box.x + box.width > size.width + tolerancePx ||
    box.y + box.height > size.height + tolerancePx
  )
}

/** What all boxes of a file together say about how they were written. */
export interface BoxStyle {
  readonly looksNormalised: boolean
  readonly looksLikeCorners: boolean
}

/**
 * Normalised: no number above 1. Corners (x0, y0, x1, y1): at least half of the boxes leave their image when read as
 * COCO says, and fit into it when read as corners. Reported, never converted: a guess would move every mark.
 */
export function boxStyleOf(boxes: readonly { readonly box: Box; readonly size: Size }[]): BoxStyle {
  if (boxes.length === 0) return { looksNormalised: false, looksLikeCorners: false }
  const looksNormalised = boxes.every(
    ({ box, size }) =>
      Math.max(box.x, box.y, box.width, box.height) <= 1 && size.width > 2 && size.height > 2,
  )
  const cornerLike = boxes.filter(
    ({ box, size }) =>
      leavesImage(box, size) &&
      box.width > box.x &&
      box.height > box.y &&
      box.width <= size.width + ROUNDING_PX &&
      box.height <= size.height + ROUNDING_PX,
  )
  return { looksNormalised, looksLikeCorners: !looksNormalised && 2 * cornerLike.length >= boxes.length }
}

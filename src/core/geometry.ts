export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Axis-aligned box in pixel-edge coordinates: pixel (i, j) covers [i, i+1) x [j, j+1),
 * so a box of integers x..x+width holds exactly `width` pixel columns.
 */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function boxArea(box: Box): number {
  return Math.max(0, box.width) * Math.max(0, box.height)
}

/** The common part of two boxes, or null when they share no area. */
export function intersectBoxes(a: Box, b: Box): Box | null {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

/** The part of a box inside an image, or null when it lies outside. */
export function clipBox(box: Box, size: Size): Box | null {
  return intersectBoxes(box, { x: 0, y: 0, width: size.width, height: size.height })
}

/** Intersection over union of two boxes; 0 when they do not overlap. */
export function boxIou(a: Box, b: Box): number {
  const common = intersectBoxes(a, b)
  if (common === null) return 0
  const shared = boxArea(common)
  return shared / (boxArea(a) + boxArea(b) - shared)
}

/** Grows a box by a distance on every side (negative shrinks; never below zero size). */
export function growBox(box: Box, byPx: number): Box {
  return {
    x: box.x - byPx,
    y: box.y - byPx,
    width: Math.max(0, box.width + 2 * byPx),
    height: Math.max(0, box.height + 2 * byPx),
  }
}

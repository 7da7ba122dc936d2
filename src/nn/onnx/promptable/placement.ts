import type { Point, Size } from '../../../core/geometry'

/**
 * Where a region lies on the model's square canvas: brought to `columns` x `rows` canvas pixels in the top left
 * corner. What is right of it and below is padding.
 */
export interface Placement {
  readonly side: number
  readonly columns: number
  readonly rows: number
}

/**
 * The longer side fills the canvas, the shape is kept (SAM, segment_anything/utils/transforms.py). Sides are rounded
 * half up; a very long region keeps at least one pixel across.
 */
export function letterbox({ width, height }: Size, side: number): Placement {
  const scale = side / Math.max(width, height)
  const rounded = (length: number): number => Math.max(1, Math.floor(length * scale + 0.5))
  return { side, columns: rounded(width), rows: rounded(height) }
}

/** Both sides fill the canvas, the shape is not kept (SAM 2, sam2/utils/transforms.py). */
export function stretch(side: number): Placement {
  return { side, columns: side, rows: side }
}

/**
 * A point of the region on the canvas: each axis by its own ratio, because the sides were rounded. Half-pixel
 * shifts are the graphs' own business.
 */
export function toCanvas(placement: Placement, region: Size, { x, y }: Point): Point {
  return { x: (x * placement.columns) / region.width, y: (y * placement.rows) / region.height }
}

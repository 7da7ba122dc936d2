import type { Box } from '../../core/geometry'

/**
 * A square crop around a box and its grid: grid pixel (i, j) of `side` x `side` samples the image at
 * originPx + (i + 0.5, j + 0.5) * sidePx / side (pixel-edge coordinates). The crop may leave the image: edges are replicated.
 */
export interface CropFrame {
  readonly originPx: { readonly x: number; readonly y: number }
  /** Side of the square in image pixels. */
  readonly sidePx: number
  /** Side of the grid. */
  readonly side: number
}

/** The crop a segmenter sees for a box: side = max(8, factor * longer box side), centred on the box. */
export function cropFrameOf(boxPx: Box, factor: number, side: number): CropFrame {
  const sidePx = Math.max(8, factor * Math.max(boxPx.width, boxPx.height))
  const originPx = { x: boxPx.x + boxPx.width / 2 - sidePx / 2, y: boxPx.y + boxPx.height / 2 - sidePx / 2 }
  return { originPx, sidePx, side }
}

/** A box of the image in the grid's coordinates. */
export function boxToGrid(frame: CropFrame, boxPx: Box): Box {
  const scale = frame.side / frame.sidePx
  return {
    x: (boxPx.x - frame.originPx.x) * scale,
    y: (boxPx.y - frame.originPx.y) * scale,
    width: boxPx.width * scale,
    height: boxPx.height * scale,
  }
}

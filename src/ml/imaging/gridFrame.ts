import type { Box } from '../../core/geometry'

/**
 * A rectangle of the image and a grid over it: grid pixel (i, j) of `columns` x `rows` samples the image at
 * originPx + ((i + 0.5) * widthPx / columns, (j + 0.5) * heightPx / rows), pixel-edge coordinates. The rectangle may
 * leave the image: edges are replicated.
 */
export interface GridFrame {
  readonly originPx: { readonly x: number; readonly y: number }
  /** Extent in image pixels. */
  readonly widthPx: number
  readonly heightPx: number
  readonly columns: number
  readonly rows: number
}

/** The square crop a box-driven segmenter sees: side = max(8, factor * longer box side), centred on the box. */
export function cropFrameOf(boxPx: Box, factor: number, side: number): GridFrame {
  const sidePx = Math.max(8, factor * Math.max(boxPx.width, boxPx.height))
  const originPx = { x: boxPx.x + boxPx.width / 2 - sidePx / 2, y: boxPx.y + boxPx.height / 2 - sidePx / 2 }
  return { originPx, widthPx: sidePx, heightPx: sidePx, columns: side, rows: side }
}

/** A box of the image in the grid's coordinates. */
export function boxToGrid(frame: GridFrame, boxPx: Box): Box {
  const scaleX = frame.columns / frame.widthPx
  const scaleY = frame.rows / frame.heightPx
  return {
    x: (boxPx.x - frame.originPx.x) * scaleX,
    y: (boxPx.y - frame.originPx.y) * scaleY,
    width: boxPx.width * scaleX,
    height: boxPx.height * scaleY,
  }
}

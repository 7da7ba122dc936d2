import type { Box } from '../../core/geometry'
import { boxToGrid, type GridFrame } from './gridFrame'

/**
 * The box as a network sees it: (rows, columns) row-major, 1 where the grid pixel's centre lies inside
 * [x0, x1) x [y0, y1), else 0. Source: training/preprocess.py, `box_channel`.
 */
export function boxChannel(frame: GridFrame, boxPx: Box): Float32Array<ArrayBuffer> {
  const { x, y, width, height } = boxToGrid(frame, boxPx)
  const channel = new Float32Array(frame.columns * frame.rows)
  for (let v = 0; v < frame.rows; v++) {
    if (v + 0.5 < y || v + 0.5 >= y + height) continue
    for (let u = 0; u < frame.columns; u++)
      if (u + 0.5 >= x && u + 0.5 < x + width) channel[v * frame.columns + u] = 1
  }
  return channel
}

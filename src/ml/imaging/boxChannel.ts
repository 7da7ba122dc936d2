import type { Box } from '../../core/geometry'
import type { CropFrame } from './crop'

/**
 * The box as a network sees it: (side, side) row-major, 1 where the grid pixel's centre lies inside
 * [x0, x1) x [y0, y1), else 0. Source: training/preprocess.py, `box_channel`.
 */
export function boxChannel(frame: CropFrame, boxPx: Box): Float32Array<ArrayBuffer> {
  const { side, originPx } = frame
  const scale = side / frame.sidePx
  const x0 = (boxPx.x - originPx.x) * scale
  const y0 = (boxPx.y - originPx.y) * scale
  const x1 = (boxPx.x + boxPx.width - originPx.x) * scale
  const y1 = (boxPx.y + boxPx.height - originPx.y) * scale
  const channel = new Float32Array(side * side)
  for (let v = 0; v < side; v++) {
    if (v + 0.5 < y0 || v + 0.5 >= y1) continue
    for (let u = 0; u < side; u++) if (u + 0.5 >= x0 && u + 0.5 < x1) channel[v * side + u] = 1
  }
  return channel
}

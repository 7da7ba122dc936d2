import type { Box } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'
import type { GridFrame } from './gridFrame'

/**
 * Values of a grid at the centres of the image pixels of `window` (integer corners): bilinear, edges repeated.
 * Maps are resampled before any threshold: a thresholded grid has stairs that a reviewer would paint away.
 *
 * @param grid (rows, columns) row-major
 */
export function pasteMap(grid: Float32Array, frame: GridFrame, window: Box): ScoreMap {
  const across = frame.columns / frame.widthPx
  const down = frame.rows / frame.heightPx
  const columns = axisSamples(window.x, window.width, frame.originPx.x, across, frame.columns)
  const rows = axisSamples(window.y, window.height, frame.originPx.y, down, frame.rows)
  const data = new Float32Array(window.width * window.height)
  for (let y = 0; y < window.height; y++) {
    const above = rows.before[y]! * frame.columns
    const below = rows.after[y]! * frame.columns
    const downShare = rows.share[y]!
    for (let x = 0; x < window.width; x++) {
      const left = columns.before[x]!
      const right = columns.after[x]!
      const rightShare = columns.share[x]!
      const top = grid[above + left]! * (1 - rightShare) + grid[above + right]! * rightShare
      const bottom = grid[below + left]! * (1 - rightShare) + grid[below + right]! * rightShare
      data[y * window.width + x] = top * (1 - downShare) + bottom * downShare
    }
  }
  return { width: window.width, height: window.height, data }
}

function axisSamples(first: number, count: number, origin: number, scale: number, side: number) {
  const before = new Int32Array(count)
  const after = new Int32Array(count)
  const share = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const position = (first + i + 0.5 - origin) * scale - 0.5
    const floor = Math.floor(position)
    before[i] = Math.min(Math.max(floor, 0), side - 1)
    after[i] = Math.min(Math.max(floor + 1, 0), side - 1)
    share[i] = position - floor
  }
  return { before, after, share }
}

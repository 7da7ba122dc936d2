import type { Point } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'

/**
 * The border of a mask as straight runs along pixel edges, in patch coordinates (corner of pixel (0, 0) is 0, 0).
 * Every run separates a mask pixel from a pixel outside it; holes and islands have theirs. Order: horizontal
 * runs from the top, then vertical runs from the left. For drawing: stroke them with a width in screen pixels.
 */
export function maskOutline(mask: BinaryMask): readonly (readonly [Point, Point])[] {
  const { width, height, data } = mask
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[y * width + x] ?? 0)
  const runs: [Point, Point][] = []
  for (let y = 0; y <= height; y++) {
    let start = -1
    for (let x = 0; x <= width; x++) {
      const isEdge = x < width && at(x, y - 1) !== at(x, y)
      if (isEdge && start < 0) start = x
      if (!isEdge && start >= 0) {
        runs.push([
          { x: start, y },
          { x, y },
        ])
        start = -1
      }
    }
  }
  for (let x = 0; x <= width; x++) {
    let start = -1
    for (let y = 0; y <= height; y++) {
      const isEdge = y < height && at(x - 1, y) !== at(x, y)
      if (isEdge && start < 0) start = y
      if (!isEdge && start >= 0) {
        runs.push([
          { x, y: start },
          { x, y },
        ])
        start = -1
      }
    }
  }
  return runs
}

/** The outline as a path to stroke, still in patch coordinates. */
export function outlinePath(mask: BinaryMask): Path2D {
  const path = new Path2D()
  for (const [from, to] of maskOutline(mask)) {
    path.moveTo(from.x, from.y)
    path.lineTo(to.x, to.y)
  }
  return path
}

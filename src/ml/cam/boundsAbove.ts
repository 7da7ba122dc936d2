import type { Box } from '../../core/geometry'
import type { BinaryMask, ScoreMap } from '../../core/raster'

/** The tight box, in pixel edges, of all pixels above the threshold (of a mask: 0); null when there is none. */
export function boundsAbove({ width, height, data }: ScoreMap | BinaryMask, threshold: number): Box | null {
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  for (let p = 0; p < data.length; p++) {
    if (!(data[p]! > threshold)) continue
    const x = p % width
    const y = (p - x) / width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

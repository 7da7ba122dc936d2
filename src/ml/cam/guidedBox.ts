import type { Point } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'
import type { ViewRect } from './classifier'
import { stretchCam } from './stretchCam'

export interface GuidedBox {
  /** Around everything at or above the threshold, pixel edges, as shares of the picture. */
  readonly box: ViewRect
  /** Centre of the strongest cell (the first of equals), as shares of the picture. */
  readonly peak: Point
}

/**
 * Where a classifier sees the defect: the box of all cells >= threshold of the min-max normalised heat map.
 * The map covers the whole picture. Null for a constant map, which points nowhere.
 * Known component: the box of ContrastiveCrop with threshold .1; its use on CAMs of defects is our reconstruction
 * (methods/cam-pseudo-masks.md, A4).
 */
export function guidedBox(heat: ScoreMap, threshold: number): GuidedBox | null {
  const { width, height, data } = stretchCam(heat)
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  let peak = 0
  for (let p = 0; p < data.length; p++) {
    if (data[p]! > data[peak]!) peak = p
    if (data[p]! < threshold) continue
    const x = p % width
    const y = (p - x) / width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (data.length === 0 || data[peak] === 0) return null
  const peakX = peak % width
  return {
    box: {
      x: left / width,
      y: top / height,
      width: (right + 1 - left) / width,
      height: (bottom + 1 - top) / height,
    },
    peak: { x: (peakX + 0.5) / width, y: ((peak - peakX) / width + 0.5) / height },
  }
}

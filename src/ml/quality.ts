import { boxIou, type Box } from '../core/geometry'
import type { BinaryMask, ScoreMap } from '../core/raster'

/** Tight box of a mask's pixels in the mask's own frame (outer pixel edges); null when it is empty. */
export function maskBounds({ width, height, data }: BinaryMask): Box | null {
  let left = width
  let right = -1
  let top = -1
  let bottom = -1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      if (top < 0) top = y
      bottom = y
    }
  }
  return top < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

export function maskArea({ data }: BinaryMask): number {
  let area = 0
  for (let p = 0; p < data.length; p++) area += data[p]!
  return area
}

/**
 * How well a mask fills its prompt: IoU of the mask's tight box and the prompt box, 0..1; 0 for an empty mask.
 * `window` says where the mask lies in the image.
 */
export function tightnessOf(mask: BinaryMask, window: Box, promptPx: Box): number {
  const bounds = maskBounds(mask)
  if (bounds === null) return 0
  return boxIou({ ...bounds, x: bounds.x + window.x, y: bounds.y + window.y }, promptPx)
}

/**
 * IoU of the masks at threshold + offset and threshold - offset, 0..1; the higher lies inside the lower, so it is
 * their ratio of areas. 0 when the lower is empty. Pixels outside `allowed` do not count.
 * Kirillov et al., "Segment Anything" (2023), appendix B, with scores instead of logits.
 */
export function stabilityOf(
  scores: ScoreMap,
  allowed: BinaryMask,
  threshold: number,
  offset: number,
): number {
  let high = 0
  let low = 0
  for (let p = 0; p < scores.data.length; p++) {
    if (allowed.data[p] === 0) continue
    if (scores.data[p]! > threshold - offset) low++
    if (scores.data[p]! > threshold + offset) high++
  }
  return low === 0 ? 0 : high / low
}

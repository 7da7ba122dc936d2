import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'

/** What counts as a full change: outliers above it are clipped (our reconstruction, methods/cam-pseudo-masks.md, §6). */
const FULL_CHANGE_QUANTILE = 0.99

/**
 * C (0.5 + 0.5 R) inside the mask, C outside: what inpainting changed much keeps its activation, what it left alone
 * loses half. R = mean over R, G, B of |x - G(x, M)|, divided by its 99th percentile within the mask (nearest rank),
 * clipped to 1. Where inpainting changed nothing at all there is nothing to go by: C as it is.
 * Our reconstruction (methods/cam-pseudo-masks.md, §6).
 *
 * @param inpainted G(x, M), of the size of `image`, `mask` and `map`
 */
export function sharpenByResidual(
  map: ScoreMap,
  image: RgbaImage,
  inpainted: RgbaImage,
  mask: BinaryMask,
): ScoreMap {
  const change = new Float32Array(map.data.length)
  const inside: number[] = []
  for (let p = 0; p < change.length; p++) {
    if (mask.data[p] === 0) continue
    for (let c = 4 * p; c < 4 * p + 3; c++) {
      change[p]! += Math.abs(image.data[c]! - inpainted.data[c]!) / 3
    }
    inside.push(change[p]!)
  }
  const sorted = Float32Array.from(inside).sort()
  const full = sorted[Math.ceil(FULL_CHANGE_QUANTILE * sorted.length) - 1] ?? 0
  if (full === 0) return map
  const data = map.data.map((value, p) =>
    mask.data[p] === 0 ? value : value * (0.5 + 0.5 * Math.min(1, change[p]! / full)),
  )
  return { width: map.width, height: map.height, data }
}

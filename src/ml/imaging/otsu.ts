import { assert } from '../../core/assert'
import type { BinaryMask } from '../../core/raster'
import { emptyMask } from '../../core/raster'
import { medianOf } from './median'

/** Fewer background pixels than this say nothing about what the surface looks like. */
const MINIMAL_RING_PX = 16

/**
 * Otsu's threshold: the cut of the histogram (equal bins over [min, max], bin centres as values) that maximises
 * n0 * n1 * (mean0 - mean1)^2; the first maximum wins. The dark class is `value < threshold`.
 * Constant values give that value. Otsu, "A threshold selection method from gray-level histograms" (1979).
 */
export function otsuThreshold(values: Float32Array, bins: number): number {
  assert(values.length > 0, 'a threshold needs values')
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high <= low) return low
  // Single precision as in training/calibrate.py: a value on the edge of a bin must fall on the same side.
  const range = Math.fround(high - low)
  const histogram = new Float64Array(bins)
  let sum = 0
  for (const value of values) {
    const share = Math.fround(Math.fround(value - low) / range)
    const bin = Math.min(Math.floor(Math.fround(share * bins)), bins - 1)
    histogram[bin]! += 1
    sum += bin + 0.5
  }
  let darkCount = 0
  let darkSum = 0
  let best = -1
  let cut = 0
  for (let k = 1; k < bins; k++) {
    darkCount += histogram[k - 1]!
    darkSum += histogram[k - 1]! * (k - 0.5)
    const brightCount = values.length - darkCount
    if (darkCount === 0 || brightCount === 0) continue
    const apart = darkSum / darkCount - (sum - darkSum) / brightCount
    const between = darkCount * brightCount * apart * apart
    if (between > best) {
      best = between
      cut = k
    }
  }
  return low + (cut / bins) * (high - low)
}

/**
 * The grey class inside the box that differs more from the surface around it. All arguments cover one window.
 *
 * Polarity: the class whose mean is farther from the median of the pixels outside the box; a tie counts as dark.
 * Without at least 16 pixels outside, the smaller class. A constant box is all defect, an empty box nothing.
 */
export function otsuInBox(luminance: Float32Array, inside: BinaryMask, bins: number): BinaryMask {
  const defect = emptyMask(inside)
  const values = luminance.filter((_, p) => inside.data[p] === 1)
  if (values.length === 0) return defect
  const threshold = Math.fround(otsuThreshold(values, bins))
  let darkCount = 0
  let darkSum = 0
  let sum = 0
  for (const value of values) {
    sum += value
    if (value >= threshold) continue
    darkCount++
    darkSum += value
  }
  const brightCount = values.length - darkCount
  if (darkCount === 0 || brightCount === 0) {
    defect.data.set(inside.data)
    return defect
  }
  const ring = luminance.filter((_, p) => inside.data[p] === 0)
  let isBright = brightCount < darkCount
  if (ring.length >= MINIMAL_RING_PX) {
    const surface = medianOf(ring)
    isBright = Math.abs((sum - darkSum) / brightCount - surface) > Math.abs(darkSum / darkCount - surface)
  }
  for (let p = 0; p < defect.data.length; p++) {
    if (inside.data[p] === 1 && luminance[p]! >= threshold === isBright) defect.data[p] = 1
  }
  return defect
}

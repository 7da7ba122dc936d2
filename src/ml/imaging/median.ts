import { assert } from '../../core/assert'

/** The mean of the two middle values when the count is even. */
export function medianOf(values: Float32Array): number {
  assert(values.length > 0, 'a median needs values')
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

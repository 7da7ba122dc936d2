import { assert } from '../../core/assert'
import type { ScoreMap } from '../../core/raster'

/**
 * bg = (1 - max_k C_k)^power, 0..1: a larger power means less background. A pixel is foreground where some C exceeds it.
 * Known component: power background score of irn-style code (methods/cam-pseudo-masks.md, D1).
 *
 * @param maps one C a class, 0..1, of one size; at least one
 */
export function backgroundScore(maps: readonly ScoreMap[], power: number): ScoreMap {
  const [first] = maps
  assert(first !== undefined, 'a background score needs a map')
  const data = new Float32Array(first.data.length)
  for (let p = 0; p < data.length; p++) {
    let max = 0
    for (const map of maps) max = Math.max(max, map.data[p]!)
    data[p] = (1 - max) ** power
  }
  return { width: first.width, height: first.height, data }
}

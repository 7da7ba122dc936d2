import type { Size } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'
import { turn } from '../raster/turn'
import { resizeScores } from '../raster/resize'
import { normaliseCam } from './normaliseCam'

/** The activation map of one look at a picture: one size of it, upright or turned. */
export interface CamView {
  /** Activations on the look's own grid, which covers the whole picture; values below 0 do not count. */
  readonly map: ScoreMap
  /** The picture was turned by 180 degrees before this look. */
  readonly isTurned: boolean
}

/**
 * Sum of relu(A) over sizes and turns, each turned back and resized bilinearly to the grid `to`; not normalised.
 * No views: all zeros. Known component: multi-scale CAM of irn (methods/cam-pseudo-masks.md, B1).
 */
export function sumCams(views: readonly CamView[], to: Size): ScoreMap {
  const sum = new Float32Array(to.width * to.height)
  for (const { map, isTurned } of views) {
    const positive = { ...map, data: map.data.map((value) => Math.max(value, 0)) }
    const { data } = resizeScores(isTurned ? turn(positive) : positive, to)
    for (let p = 0; p < sum.length; p++) sum[p]! += data[p]!
  }
  return { width: to.width, height: to.height, data: sum }
}

/** `sumCams` divided by its maximum + 1e-5: the map C of several looks, 0..1, of the size `to`. */
export function mergeCams(views: readonly CamView[], to: Size): ScoreMap {
  return normaliseCam(sumCams(views, to))
}

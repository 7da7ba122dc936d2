import type { Size } from '../../core/geometry'
import type { ScoreMap } from '../../core/raster'
import { flip } from '../raster/flip'
import { resizeScores } from '../raster/resize'
import { normaliseCam } from './normaliseCam'

/** The activation map of one look at a picture: one size of it, upright or mirrored. */
export interface CamView {
  /** Activations on the look's own grid, which covers the whole picture; values below 0 do not count. */
  readonly map: ScoreMap
  /** The picture was mirrored about its vertical axis before this look. */
  readonly isMirrored: boolean
}

/**
 * Sum of relu(A) over sizes and flips, each mirrored back and resized bilinearly to the grid `to`; not normalised.
 * No views: all zeros. Known component: multi-scale CAM of irn (methods/cam-pseudo-masks.md, B1).
 */
export function sumCams(views: readonly CamView[], to: Size): ScoreMap {
  const sum = new Float32Array(to.width * to.height)
  for (const { map, isMirrored } of views) {
    const positive = { ...map, data: map.data.map((value) => Math.max(value, 0)) }
    const { data } = resizeScores(isMirrored ? flip(positive, 'horizontal') : positive, to)
    for (let p = 0; p < sum.length; p++) sum[p]! += data[p]!
  }
  return { width: to.width, height: to.height, data: sum }
}

/** `sumCams` divided by its maximum + 1e-5: the map C of several looks, 0..1, of the size `to`. */
export function mergeCams(views: readonly CamView[], to: Size): ScoreMap {
  return normaliseCam(sumCams(views, to))
}

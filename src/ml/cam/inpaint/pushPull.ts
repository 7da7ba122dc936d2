import { assert } from '../../../core/assert'
import type { BinaryMask, ScoreMap } from '../../../core/raster'
import { resizeScores } from '../../raster/resize'

/** One level of the pyramid; `weight` 0 where nothing is known below. */
interface Level {
  readonly map: ScoreMap
  readonly weight: Float32Array
}

/**
 * Fills the unknown pixels of one channel from ever coarser means of the known ones; known pixels keep their values.
 * Push: 2 x 2 means weighted by validity (mean validity of the four, odd sides padded by nothing), down to 1 x 1.
 * Pull: from the top, a pixel without validity takes the bilinear value of the completed coarser level.
 * Nothing known: every pixel becomes the mean of the map.
 * Known component: push-pull (Gortler et al., "The lumigraph", 1996); its use here is our reconstruction
 * (methods/cam-pseudo-masks.md, §6).
 */
export function pushPull(map: ScoreMap, unknown: BinaryMask): ScoreMap {
  assert(map.data.length === unknown.data.length, 'push-pull needs a mask of the size of its map')
  const weight = Float32Array.from(unknown.data, (bit) => (bit === 0 ? 1 : 0))
  if (!weight.includes(1)) {
    const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length
    return { ...map, data: new Float32Array(map.data.length).fill(mean) }
  }
  return complete({ map, weight })
}

function complete({ map, weight }: Level): ScoreMap {
  if (!weight.includes(0)) return map
  const coarser = complete(halve({ map, weight }))
  const guess = resizeScores(coarser, map)
  return { ...map, data: map.data.map((value, p) => (weight[p] === 0 ? guess.data[p]! : value)) }
}

function halve({ map, weight }: Level): Level {
  const width = (map.width + 1) >> 1
  const height = (map.height + 1) >> 1
  const values = new Float32Array(width * height)
  const weights = new Float32Array(width * height)
  const counts = new Uint8Array(width * height)
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      const p = y * map.width + x
      const q = (y >> 1) * width + (x >> 1)
      values[q]! += weight[p]! * map.data[p]!
      weights[q]! += weight[p]!
      counts[q]!++
    }
  }
  for (let q = 0; q < values.length; q++) {
    if (weights[q]! > 0) values[q]! /= weights[q]!
    weights[q]! /= counts[q]!
  }
  return { map: { width, height, data: values }, weight: weights }
}

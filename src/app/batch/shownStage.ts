import type { JsonObject } from '../../core/json'
import type { BinaryMask, ScoreMap } from '../../core/raster'
import { encodeRle } from '../../ml/raster/rle'
import { resizeScores } from '../../ml/raster/resize'

/** Long side of a map in a picture for people, px. */
const MAP_SIDE = 160
const LEVELS = 100

/**
 * What a stage sees, small enough to hand out for every image: the map row by row in levels 0..100, at most 160 px on its
 * long side, and the mask as COCO runs at image size.
 */
export function shownStage(map: ScoreMap, mask: BinaryMask): JsonObject {
  const shrink = Math.min(1, MAP_SIDE / Math.max(map.width, map.height))
  const size = {
    width: Math.max(1, Math.round(map.width * shrink)),
    height: Math.max(1, Math.round(map.height * shrink)),
  }
  const levels = Array.from(resizeScores(map, size).data, (value) => Math.round(value * LEVELS))
  return {
    map: { ...size, levels },
    mask: { size: [mask.height, mask.width], counts: [...encodeRle(mask).counts] },
  }
}

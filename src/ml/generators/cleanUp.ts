import type { Box } from '../../core/geometry'
import { boxArea } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { fillHoles, removeIslands } from '../raster/morphology'
import { maskArea } from '../quality'

/** methods: Boxes2Pixels product rule 2d. Islands below 4 px or 1 % of the mask are noise; so are holes below 1 %. */
const MINIMAL_ISLAND_PX = 4
const NOISE_SHARE = 0.01

/** Below this share of its box a mask is not believed (rule 2e). */
const MINIMAL_BOX_SHARE = 0.01

/**
 * Removes islands and fills holes that are too small to mean anything. A mask of nothing but such islands is kept:
 * the smallest pores are three pixels.
 */
export function cleanUpMask(mask: BinaryMask): BinaryMask {
  const area = maskArea(mask)
  const cleaned = removeIslands(mask, Math.max(MINIMAL_ISLAND_PX, NOISE_SHARE * area))
  return fillHoles(maskArea(cleaned) === 0 ? mask : cleaned, NOISE_SHARE * area)
}

/** True when there is nothing worth believing: no pixel, or less than 1 % of the box. */
export function isUnresolvedMask(mask: BinaryMask, boxPx: Box): boolean {
  const area = maskArea(mask)
  return area === 0 || area < MINIMAL_BOX_SHARE * boxArea(boxPx)
}

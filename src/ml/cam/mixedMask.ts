import { assert } from '../../core/assert'
import type { BinaryMask } from '../../core/raster'
import { WORKING_SIDE_PX } from './contrastMask'
import { widePieces } from './widePieces'

/**
 * What stands out near a map, and of the segmenter's answers those that are too wide to stand out: against surroundings
 * that a defect fills itself only its rim is seen. Where nothing stands out, all that the segmenter says.
 *
 * Our own step, no part of the source's method; measured beside both in docs/benchmarks.md.
 *
 * @param wideFromPx width in pixels of the picture at the size that `contrastMask` works at
 */
export function mixedMask(standingOut: BinaryMask, prompted: BinaryMask, wideFromPx: number): BinaryMask {
  const { width, height } = standingOut
  assert(prompted.width === width && prompted.height === height, 'masks of one picture have one size')
  if (!standingOut.data.includes(1)) return prompted
  const scale = Math.max(1, Math.max(width, height) / WORKING_SIDE_PX)
  const wide = widePieces(prompted, wideFromPx * scale)
  return { width, height, data: standingOut.data.map((bit, p) => bit | wide.data[p]!) }
}

import { assert } from '../../../core/assert'
import type { BinaryMask, RgbaImage } from '../../../core/raster'
import { medianOf } from '../../imaging/median'

/** Of how many registered pictures the median is taken (our reconstruction, methods/cam-pseudo-masks.md, §6). */
const NEAREST_NORMALS = 8

/**
 * The picture with its masked pixels replaced by the per-pixel, per-channel median of the nearest registered pictures
 * of clean parts (at most 8; an even count takes the mean of the two middle values). Alpha stays.
 *
 * @param normals nearest first, of the picture's size, at least one
 */
export function medianOfNormals(
  image: RgbaImage,
  mask: BinaryMask,
  normals: readonly RgbaImage[],
): RgbaImage {
  const nearest = normals.slice(0, NEAREST_NORMALS)
  assert(nearest.length > 0, 'a median needs pictures')
  for (const { width, height } of nearest) {
    assert(width === image.width && height === image.height, 'registered pictures need one size')
  }
  const data = image.data.slice()
  const values = new Float32Array(nearest.length)
  for (let p = 0; p < mask.data.length; p++) {
    if (mask.data[p] === 0) continue
    for (let c = 4 * p; c < 4 * p + 3; c++) {
      for (let n = 0; n < values.length; n++) values[n] = nearest[n]!.data[c]!
      data[c] = medianOf(values)
    }
  }
  return { width: image.width, height: image.height, data }
}

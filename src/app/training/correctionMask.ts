import type { Box, Size } from '../../core/geometry'
import type { Rle } from '../../core/raster'
import type { NetworkFrame } from '../../ml/imaging/networkInput'
import { patchFromRle, rleArea, rleBounds, rleFromPatch } from '../../ml/raster/rle'

export interface ImageRegion {
  readonly rle: Rle
  readonly boundsPx: Box
  readonly areaPx: number
}

/**
 * A region of the network's canvas on the picture itself: bilinear between the centres of the canvas pixels, cut at one
 * half, so that enlarged outlines are not stairs. `grownBy` canvas pixels of its surroundings may be added (a square).
 * Null when nothing of it lies on the picture.
 */
export function regionOnImage(
  region: Rle,
  { content }: NetworkFrame,
  image: Size,
  grownBy: number,
): ImageRegion | null {
  const tight = rleBounds(region)
  const from = patchFromRle(region, tight)
  const isSet = (x: number, y: number): boolean => {
    for (let dy = -grownBy; dy <= grownBy; dy++) {
      for (let dx = -grownBy; dx <= grownBy; dx++) {
        const [px, py] = [x + dx - tight.x, y + dy - tight.y]
        if (px < 0 || py < 0 || px >= from.width || py >= from.height) continue
        if (from.data[py * from.width + px] === 1) return true
      }
    }
    return false
  }
  // At the picture's edge the canvas goes on with the edge.
  const at = (x: number, y: number): number =>
    isSet(Math.min(Math.max(x, 0), content.width - 1), Math.min(Math.max(y, 0), content.height - 1)) ? 1 : 0

  const scaleX = content.width / image.width
  const scaleY = content.height / image.height
  const left = Math.max(0, Math.floor((tight.x - grownBy - 1) / scaleX))
  const top = Math.max(0, Math.floor((tight.y - grownBy - 1) / scaleY))
  const right = Math.min(image.width, Math.ceil((tight.x + tight.width + grownBy + 1) / scaleX))
  const bottom = Math.min(image.height, Math.ceil((tight.y + tight.height + grownBy + 1) / scaleY))
  if (right <= left || bottom <= top) return null
  const patch = {
    width: right - left,
    height: bottom - top,
    data: new Uint8Array((right - left) * (bottom - top)),
  }
  for (let y = top; y < bottom; y++) {
    const v = (y + 0.5) * scaleY - 0.5
    const y0 = Math.floor(v)
    const below = v - y0
    for (let x = left; x < right; x++) {
      const u = (x + 0.5) * scaleX - 0.5
      const x0 = Math.floor(u)
      const after = u - x0
      const upper = at(x0, y0) * (1 - after) + at(x0 + 1, y0) * after
      const lower = at(x0, y0 + 1) * (1 - after) + at(x0 + 1, y0 + 1) * after
      if (upper * (1 - below) + lower * below >= 0.5) patch.data[(y - top) * patch.width + x - left] = 1
    }
  }
  const rle = rleFromPatch(patch, { x: left, y: top, width: patch.width, height: patch.height }, image)
  const areaPx = rleArea(rle)
  return areaPx === 0 ? null : { rle, boundsPx: rleBounds(rle), areaPx }
}

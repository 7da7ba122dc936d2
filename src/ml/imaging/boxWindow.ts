import type { Box, Size } from '../../core/geometry'
import type { BinaryMask } from '../../core/raster'
import { emptyMask } from '../../core/raster'

/** Grows a box on every side by a share of its width or height, but by at least `minimumPx`. */
export function dilateBox(box: Box, share: number, minimumPx: number): Box {
  const dx = Math.max(share * box.width, minimumPx)
  const dy = Math.max(share * box.height, minimumPx)
  return { x: box.x - dx, y: box.y - dy, width: box.width + 2 * dx, height: box.height + 2 * dy }
}

/** The whole pixels a box touches, inside the image: integer corners, at least one pixel. */
export function pixelWindow(box: Box, image: Size): Box {
  const x = Math.min(Math.max(Math.floor(box.x), 0), image.width - 1)
  const y = Math.min(Math.max(Math.floor(box.y), 0), image.height - 1)
  const right = Math.min(Math.max(Math.ceil(box.x + box.width), x + 1), image.width)
  const bottom = Math.min(Math.max(Math.ceil(box.y + box.height), y + 1), image.height)
  return { x, y, width: right - x, height: bottom - y }
}

/** Mask of a window: 1 where the pixel's centre lies in [x, x + width) x [y, y + height) of the box. */
export function pixelsInside(box: Box, window: Box): BinaryMask {
  const mask = emptyMask(window)
  for (let y = 0; y < window.height; y++) {
    const centreY = window.y + y + 0.5
    if (centreY < box.y || centreY >= box.y + box.height) continue
    for (let x = 0; x < window.width; x++) {
      const centreX = window.x + x + 0.5
      if (centreX >= box.x && centreX < box.x + box.width) mask.data[y * window.width + x] = 1
    }
  }
  return mask
}

import type { RgbaImage } from '../../core/raster'
import type { GridFrame } from './gridFrame'

/** The part of an image that a crop reads, and the crop in that part's coordinates. */
export interface CropPatch {
  readonly patch: RgbaImage
  readonly frame: GridFrame
}

/**
 * Copies only what `sampleCrop` will read: the rectangle, clipped to the image, with one pixel more on each side for
 * the interpolation. Sampling the patch gives what sampling the image gives, because edges are replicated
 * only where the patch ends at the image's own edge. So a worker gets kilobytes, not the picture.
 */
export function cropPatch(image: RgbaImage, frame: GridFrame): CropPatch {
  const clampX = (x: number): number => Math.min(Math.max(x, 0), image.width)
  const clampY = (y: number): number => Math.min(Math.max(y, 0), image.height)
  // A crop that lies wholly outside still reads the edge pixel.
  const x0 = Math.min(clampX(Math.floor(frame.originPx.x) - 1), image.width - 1)
  const y0 = Math.min(clampY(Math.floor(frame.originPx.y) - 1), image.height - 1)
  const x1 = Math.max(clampX(Math.ceil(frame.originPx.x + frame.widthPx) + 1), x0 + 1)
  const y1 = Math.max(clampY(Math.ceil(frame.originPx.y + frame.heightPx) + 1), y0 + 1)
  const width = x1 - x0
  const height = y1 - y0
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    const from = ((y0 + y) * image.width + x0) * 4
    data.set(image.data.subarray(from, from + width * 4), y * width * 4)
  }
  return {
    patch: { width, height, data },
    frame: { ...frame, originPx: { x: frame.originPx.x - x0, y: frame.originPx.y - y0 } },
  }
}

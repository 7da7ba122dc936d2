import type { Box, Size } from '../../core/geometry'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'

/** The part of a picture or map inside a window of integer corners that lies in it. */
export function cutWindow(raster: RgbaImage, windowPx: Box): RgbaImage
export function cutWindow(raster: ScoreMap, windowPx: Box): ScoreMap
export function cutWindow(raster: BinaryMask, windowPx: Box): BinaryMask
export function cutWindow(raster: RgbaImage | ScoreMap | BinaryMask, windowPx: Box): Size {
  const { x, y, width, height } = windowPx
  const channels = raster.data.length / (raster.width * raster.height)
  const data = raster.data.slice(0, channels * width * height)
  for (let row = 0; row < height; row++) {
    const from = channels * ((y + row) * raster.width + x)
    data.set(raster.data.subarray(from, from + channels * width), channels * row * width)
  }
  return { width, height, data } as Size
}

import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { RgbaImage } from '../../core/raster'
import type { ClassifierView, ViewRect } from '../../ml/cam/classifier'
import { frameOf, placeOnCanvas } from '../../ml/imaging/networkInput'
import { turn } from '../../ml/raster/turn'
import type { FeatureExtractor } from '../../ports/featureExtractor'

/** How a picture is brought before the classifier. */
export interface TagViewSetup {
  readonly backboneId: string
  readonly canvas: Size
  readonly isTurned: boolean
  /** Null: the whole picture. */
  readonly rect: ViewRect | null
}

/**
 * Frozen features of one view of a picture: a rectangle of it, upright or turned by 180 degrees, scaled onto the canvas with its aspect
 * kept. `key` names the picture's pixels; null for pictures that come once, whose features are not kept.
 */
export async function lookAtPicture(
  features: FeatureExtractor,
  picture: RgbaImage,
  key: string | null,
  { backboneId, canvas, isTurned, rect }: TagViewSetup,
  options: JobOptions,
): Promise<ClassifierView> {
  const part = rect === null ? picture : cutRect(picture, rect)
  const frame = frameOf(part, canvas)
  // Turned before it is placed, so that the padding stays at the right and the bottom.
  const pixels = placeOnCanvas(isTurned ? turn(part) : part, frame)
  // A rectangle is drawn by lot: its features are not worth the disk.
  const keyOfView = key === null || rect !== null ? null : `${key}:tag${isTurned ? '-turned' : ''}`
  return {
    features: await features.extract(backboneId, keyOfView, pixels, options),
    content: frame.content,
  }
}

/** The pixels of a rectangle, at least one in each direction. */
function cutRect(picture: RgbaImage, rect: ViewRect): RgbaImage {
  const { x, y, width, height } = pixelRect(picture, rect)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 4
    data.set(picture.data.subarray(from, from + width * 4), row * width * 4)
  }
  return { width, height, data }
}

/** Shares of a picture -> whole pixels inside it. */
function pixelRect(
  { width, height }: Size,
  rect: ViewRect,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const x = Math.min(width - 1, Math.max(0, Math.floor(rect.x * width)))
  const y = Math.min(height - 1, Math.max(0, Math.floor(rect.y * height)))
  const right = Math.min(width, Math.max(x + 1, Math.round((rect.x + rect.width) * width)))
  const bottom = Math.min(height, Math.max(y + 1, Math.round((rect.y + rect.height) * height)))
  return { x, y, width: right - x, height: bottom - y }
}

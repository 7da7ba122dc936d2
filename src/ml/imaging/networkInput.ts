import type { Size } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import { resizeRgba } from '../raster/resize'

/**
 * Where a picture lies on a student's input: scaled with its aspect kept to `content`, at the top left of `canvas`;
 * the rest of the canvas repeats the picture's last column and row and counts as ignore in targets.
 */
export interface NetworkFrame {
  readonly content: Size
  readonly canvas: Size
}

/** Thin defects must stay this wide at the network's input, or heads at stride 4 cannot see them. */
const MIN_THICKNESS_PX = 4
const MIN_LONG_SIDE_PX = 256
const MAX_LONG_SIDE_PX = 640

/**
 * The input size of a run: one size for all images, so that they share a batch.
 * Aspect: the median of the images. Long side: as asked, or (`longSidePx` 0) so large that three quarters of the
 * defects are at least 4 px thick, between 256 and 640, never above the largest image.
 * `thicknessesPx` are mask areas divided by the longer side of their box, in image pixels.
 */
export function chooseCanvas(
  images: readonly Size[],
  thicknessesPx: readonly number[],
  longSidePx: number,
  multipleOf: number,
): Size {
  const aspect = quantile(
    images.map((image) => image.width / image.height),
    0.5,
  )
  const nativeLong = Math.max(...images.map((image) => Math.max(image.width, image.height)))
  const typicalLong = quantile(
    images.map((image) => Math.max(image.width, image.height)),
    0.5,
  )
  const wanted =
    thicknessesPx.length === 0
      ? MIN_LONG_SIDE_PX
      : (typicalLong * MIN_THICKNESS_PX) / Math.max(0.5, quantile(thicknessesPx, 0.25))
  const automatic = Math.min(
    Math.max(wanted, MIN_LONG_SIDE_PX),
    MAX_LONG_SIDE_PX,
    Math.max(nativeLong, multipleOf),
  )
  const long = longSidePx > 0 ? longSidePx : automatic
  const round = (value: number): number =>
    Math.max(multipleOf, Math.ceil((value - 1) / multipleOf) * multipleOf)
  return aspect >= 1
    ? { width: round(long), height: round(long / aspect) }
    : { width: round(long * aspect), height: round(long) }
}

/** The largest placement of an image on a canvas, aspect kept. */
export function frameOf(image: Size, canvas: Size): NetworkFrame {
  const scale = Math.min(canvas.width / image.width, canvas.height / image.height)
  return {
    canvas,
    content: {
      width: Math.min(canvas.width, Math.max(1, Math.round(image.width * scale))),
      height: Math.min(canvas.height, Math.max(1, Math.round(image.height * scale))),
    },
  }
}

/** Resizes a picture to its content size and repeats its edge over the rest of the canvas. */
export function placeOnCanvas(image: RgbaImage, { content, canvas }: NetworkFrame): RgbaImage {
  const scaled = resizeRgba(image, content)
  if (content.width === canvas.width && content.height === canvas.height) return scaled
  const data = new Uint8ClampedArray(canvas.width * canvas.height * 4)
  const source = new Uint32Array(scaled.data.buffer)
  const target = new Uint32Array(data.buffer)
  for (let y = 0; y < canvas.height; y++) {
    const row = Math.min(y, content.height - 1) * content.width
    for (let x = 0; x < canvas.width; x++)
      target[y * canvas.width + x] = source[row + Math.min(x, content.width - 1)]!
  }
  return { ...canvas, data }
}

/** Linear between order statistics; the input is not changed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low)
}

import { AppError, messageOf } from '../core/errors'
import type { RgbaImage } from '../core/raster'
import { orientedSize, readImageHeader } from '../ml/imaging/imageHeader'
import type { ImageCodec, ImageHeader } from '../ports/imageCodec'

/** 120 megapixels (12,600 x 9,000 px fit) are 480 MB of RGBA, about what a tab holds beside its work. */
const MAX_PIXELS = 120_000_000
/** Longer than any scan line camera's picture we know, and below every browser's own limit. */
const MAX_SIDE_PX = 30_000

/** A picture is drawn and read in stripes of about this many pixels, so that no second full copy is needed. */
const STRIPE_PIXELS = 4_000_000

const THUMBNAIL_QUALITY = 0.8

/** Pictures by the browser's own decoders. Transparent pixels come out on black. */
export function createImageCodec(): ImageCodec {
  return {
    inspect,
    decode: async (bytes, fileName) => {
      const bitmap = await openBitmap(bytes, inspect(bytes, fileName), fileName)
      try {
        return await readPixels(bitmap, fileName)
      } finally {
        bitmap.close()
      }
    },
    thumbnail: async (bytes, fileName, maxSidePx) => {
      const bitmap = await openBitmap(bytes, inspect(bytes, fileName), fileName)
      try {
        const scale = Math.min(1, maxSidePx / Math.max(bitmap.width, bitmap.height))
        const width = Math.max(1, Math.round(bitmap.width * scale))
        const height = Math.max(1, Math.round(bitmap.height * scale))
        const { canvas, context } = opaqueCanvas(width, height)
        context.imageSmoothingQuality = 'high'
        context.drawImage(bitmap, 0, 0, width, height)
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: THUMBNAIL_QUALITY })
        return new Uint8Array(await blob.arrayBuffer())
      } finally {
        bitmap.close()
      }
    },
  }
}

function inspect(bytes: Uint8Array, fileName: string): ImageHeader {
  const header = readImageHeader(bytes)
  if (header === null) {
    throw new AppError(
      'data/not-an-image',
      `${fileName} is not a PNG, JPEG, BMP or WebP picture: convert it to one of these`,
    )
  }
  const size = orientedSize(header)
  if (size.width > MAX_SIDE_PX || size.height > MAX_SIDE_PX || size.width * size.height > MAX_PIXELS) {
    throw tooLarge(
      fileName,
      `it has ${size.width} x ${size.height} px, the limits are ${MAX_SIDE_PX} px a side and ${MAX_PIXELS / 1e6} megapixels`,
    )
  }
  return { ...size, mimeType: header.mimeType, orientation: header.orientation }
}

function tooLarge(fileName: string, why: string, cause?: unknown): AppError {
  return new AppError('data/image-too-large', `${fileName} is too large: ${why}. Cut it into tiles first`, {
    cause,
  })
}

async function openBitmap(
  bytes: Uint8Array<ArrayBuffer>,
  header: ImageHeader,
  fileName: string,
): Promise<ImageBitmap> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: header.mimeType }), {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
    })
  } catch (cause) {
    throw new AppError(
      'data/not-an-image',
      `${fileName} cannot be decoded (${messageOf(cause)}): the file is damaged or of a kind this browser does not read`,
      { cause },
    )
  }
  // Marks are stored in the header's frame; a decoder that turned the picture otherwise would shift every mask.
  if (bitmap.width !== header.width || bitmap.height !== header.height) {
    const found = `${bitmap.width} x ${bitmap.height}`
    bitmap.close()
    throw new AppError(
      'data/not-an-image',
      `${fileName} was decoded to ${found} px, its header says ${header.width} x ${header.height}: save it again without EXIF rotation`,
    )
  }
  return bitmap
}

async function readPixels(bitmap: ImageBitmap, fileName: string): Promise<RgbaImage> {
  const { width, height } = bitmap
  const stripeRows = Math.max(1, Math.min(height, Math.floor(STRIPE_PIXELS / width)))
  try {
    const data = new Uint8ClampedArray(width * height * 4)
    const { context } = opaqueCanvas(width, stripeRows)
    for (let top = 0; top < height; top += stripeRows) {
      const rows = Math.min(stripeRows, height - top)
      context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows)
      data.set(context.getImageData(0, 0, width, rows).data, top * width * 4)
      // The page draws a frame between two stripes of a large picture.
      if (top + rows < height) await new Promise((resolve) => setTimeout(resolve))
    }
    return { width, height, data }
  } catch (cause) {
    if (cause instanceof RangeError)
      throw tooLarge(fileName, 'there is not enough memory for its pixels', cause)
    throw cause
  }
}

function opaqueCanvas(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (context === null) throw new Error('this browser gives no 2D canvas')
  return { canvas, context }
}

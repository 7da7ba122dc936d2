import type { Size } from '../core/geometry'
import type { RgbaImage } from '../core/raster'

export interface ImageHeader extends Size {
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/bmp' | 'image/webp'
  /** EXIF orientation 1..8; width and height above are already those after rotation. */
  readonly orientation: number
}

/** Pictures from bytes. The type is told by content, never by name; the size is read before anything is decoded. */
export interface ImageCodec {
  /** Throws `data/not-an-image` or `data/image-too-large` with the file's name in the message. */
  inspect(bytes: Uint8Array, fileName: string): ImageHeader
  /** Full size, EXIF rotation applied, no colour management surprises (display values as stored). */
  decode(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<RgbaImage>
  /** JPEG bytes of a small version for lists. */
  thumbnail(
    bytes: Uint8Array<ArrayBuffer>,
    fileName: string,
    maxSidePx: number,
  ): Promise<Uint8Array<ArrayBuffer>>
}

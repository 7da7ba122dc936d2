import type { Size } from '../../../core/geometry'

/** What the first bytes of a picture say. Sizes are those in the file, before any rotation. */
export interface RawImageHeader extends Size {
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/bmp' | 'image/webp'
  /** EXIF orientation 1..8; 1 where there is none. */
  readonly orientation: number
}

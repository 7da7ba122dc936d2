import type { Size } from '../../core/geometry'
import { readBmpHeader } from './header/bmp'
import { readJpegHeader } from './header/jpeg'
import { readPngHeader } from './header/png'
import type { RawImageHeader } from './header/rawImageHeader'
import { readWebpHeader } from './header/webp'

/**
 * Reads type, size and orientation from a picture's bytes, without decoding anything. The bytes may be hostile: every
 * read is bounds-checked, and what is not a whole header of a known type gives null. The type is told by
 * content only, so a renamed file is what it is. SVG is a program, not a picture, and unknown on purpose.
 */
export function readImageHeader(bytes: Uint8Array): RawImageHeader | null {
  const header =
    readPngHeader(bytes) ?? readJpegHeader(bytes) ?? readBmpHeader(bytes) ?? readWebpHeader(bytes)
  return header !== null && header.width > 0 && header.height > 0 ? header : null
}

/** Size as shown: orientations 5 to 8 lie on their side. */
export function orientedSize({ width, height, orientation }: RawImageHeader): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

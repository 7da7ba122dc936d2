import type { RawImageHeader } from './rawImageHeader'
import { createByteReader, type ByteReader } from './byteReader'
import { readOrientation } from './exif'

const EXIF_FLAG = 0x08
const MAX_CHUNKS = 256

/** WebP container specification: RIFF with VP8X (extended), VP8L (lossless) or VP8 (lossy) as its first chunk. */
export function readWebpHeader(bytes: Uint8Array): RawImageHeader | null {
  const reader = createByteReader(bytes)
  if (!reader.hasText(0, 'RIFF') || !reader.hasText(8, 'WEBP')) return null
  const header = (width: number | null, height: number | null, orientation = 1): RawImageHeader | null =>
    width === null || height === null ? null : { mimeType: 'image/webp', width, height, orientation }
  if (reader.hasText(12, 'VP8X')) {
    const width = reader.uint24(24, 'little')
    const height = reader.uint24(27, 'little')
    if (width === null || height === null) return null
    const hasExif = ((reader.uint8(20) ?? 0) & EXIF_FLAG) !== 0
    return header(width + 1, height + 1, hasExif ? orientationOf(reader) : 1)
  }
  if (reader.hasText(12, 'VP8L')) {
    const bits = reader.uint32(21, 'little')
    if (reader.uint8(20) !== 0x2f || bits === null) return null
    return header((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  if (reader.hasText(12, 'VP8 ')) {
    // Key frame: 3 bytes of frame tag, the start code 9d 01 2a, then 14 bits for each side.
    if (reader.uint8(23) !== 0x9d || reader.uint8(24) !== 0x01 || reader.uint8(25) !== 0x2a) return null
    const width = reader.uint16(26, 'little')
    const height = reader.uint16(28, 'little')
    return width === null || height === null ? null : header(width & 0x3fff, height & 0x3fff)
  }
  return null
}

/** The EXIF chunk usually stands behind the picture data; some writers keep the "Exif" text in front of the TIFF block. */
function orientationOf(reader: ByteReader): number {
  let at = 12
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const length = reader.uint32(at + 4, 'little')
    if (length === null) return 1
    if (reader.hasText(at, 'EXIF')) {
      const start = at + 8 + (reader.hasText(at + 8, 'Exif\0\0') ? 6 : 0)
      return readOrientation(reader, start, at + 8 + length)
    }
    at += 8 + length + (length % 2)
  }
  return 1
}

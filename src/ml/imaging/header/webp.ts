import type { RawImageHeader } from './rawImageHeader'
import { createByteReader } from './byteReader'

/**
 * WebP container specification: RIFF with VP8X (extended), VP8L (lossless) or VP8 (lossy) as its first chunk.
 * An EXIF chunk is not looked at: Chromium does not rotate WebP by it (measured, version 156), so upright is what is shown.
 */
export function readWebpHeader(bytes: Uint8Array): RawImageHeader | null {
  const reader = createByteReader(bytes)
  if (!reader.hasText(0, 'RIFF') || !reader.hasText(8, 'WEBP')) return null
  const header = (width: number | null, height: number | null): RawImageHeader | null =>
    width === null || height === null ? null : { mimeType: 'image/webp', width, height, orientation: 1 }
  if (reader.hasText(12, 'VP8X')) {
    const width = reader.uint24(24, 'little')
    const height = reader.uint24(27, 'little')
    if (width === null || height === null) return null
    return header(width + 1, height + 1)
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

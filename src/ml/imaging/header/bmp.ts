import type { RawImageHeader } from './rawImageHeader'
import { createByteReader } from './byteReader'

const CORE_HEADER_BYTES = 12

/** BITMAPFILEHEADER and the info header behind it; a negative height means "top row first". */
export function readBmpHeader(bytes: Uint8Array): RawImageHeader | null {
  const reader = createByteReader(bytes)
  if (!reader.hasText(0, 'BM')) return null
  const headerBytes = reader.uint32(14, 'little')
  if (headerBytes === CORE_HEADER_BYTES) {
    const width = reader.uint16(18, 'little')
    const height = reader.uint16(20, 'little')
    return width === null || height === null ? null : { mimeType: 'image/bmp', width, height, orientation: 1 }
  }
  // 40 (BITMAPINFOHEADER) to 124 (BITMAPV5HEADER); other values belong to no bitmap.
  if (headerBytes === null || headerBytes < 16 || headerBytes > 124) return null
  const width = reader.int32(18, 'little')
  const height = reader.int32(22, 'little')
  if (width === null || height === null || width < 0) return null
  return { mimeType: 'image/bmp', width, height: Math.abs(height), orientation: 1 }
}

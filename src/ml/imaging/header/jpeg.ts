import type { RawImageHeader } from './rawImageHeader'
import { createByteReader } from './byteReader'
import { readOrientation } from './exif'

/** Segments before the frame header; more than this is an attack on patience. */
const MAX_SEGMENTS = 4096

/** ITU-T T.81, annex B: segments up to the frame header (SOF0..SOF15 without DHT, JPG and DAC), EXIF in APP1. */
export function readJpegHeader(bytes: Uint8Array): RawImageHeader | null {
  const reader = createByteReader(bytes)
  if (reader.uint8(0) !== 0xff || reader.uint8(1) !== 0xd8) return null
  let orientation = 1
  let at = 2
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    if (reader.uint8(at) !== 0xff) return null
    while (reader.uint8(at + 1) === 0xff) at++ // fill bytes
    const marker = reader.uint8(at + 1)
    if (marker === null) return null
    if (isStandalone(marker)) {
      at += 2
      continue
    }
    const length = reader.uint16(at + 2, 'big')
    if (length === null || length < 2) return null
    if (isFrameHeader(marker)) {
      const height = reader.uint16(at + 5, 'big')
      const width = reader.uint16(at + 7, 'big')
      return width === null || height === null ? null : { mimeType: 'image/jpeg', width, height, orientation }
    }
    if (marker === 0xd9 || marker === 0xda) return null // end or picture data before any frame header
    if (marker === 0xe1 && reader.hasText(at + 4, 'Exif\0\0')) {
      orientation = readOrientation(reader, at + 10, at + 2 + length)
    }
    at += 2 + length
  }
  return null
}

/** TEM and RST0..RST7 have no length. */
function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

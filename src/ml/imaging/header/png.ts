import type { RawImageHeader } from './rawImageHeader'
import { createByteReader } from './byteReader'
import { readOrientation } from './exif'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** The specification's own limit of a side. */
const MAX_SIDE = 0x7fffffff
/** An eXIf chunk behind more chunks than this is not looked for. */
const MAX_CHUNKS = 256

/** PNG specification (third edition) 5.2, 11.2.2 and 11.3.4.5: signature, IHDR first, eXIf before the picture data. */
export function readPngHeader(bytes: Uint8Array): RawImageHeader | null {
  const reader = createByteReader(bytes)
  if (SIGNATURE.some((byte, i) => reader.uint8(i) !== byte)) return null
  if (reader.uint32(8, 'big') !== 13 || !reader.hasText(12, 'IHDR')) return null
  const width = reader.uint32(16, 'big')
  const height = reader.uint32(20, 'big')
  if (width === null || height === null || reader.uint8(28) === null) return null
  if (width > MAX_SIDE || height > MAX_SIDE) return null
  let orientation = 1
  let at = 33
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const length = reader.uint32(at, 'big')
    if (length === null || reader.hasText(at + 4, 'IDAT')) break
    if (reader.hasText(at + 4, 'eXIf')) {
      orientation = readOrientation(reader, at + 8, at + 8 + length)
      break
    }
    at += 12 + length
  }
  return { mimeType: 'image/png', width, height, orientation }
}

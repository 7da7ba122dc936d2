import type { ByteOrder, ByteReader } from './byteReader'

const ORIENTATION_TAG = 0x0112
const SHORT_TYPE = 3
/** A first directory of more entries than this is not a camera's. */
const MAX_ENTRIES = 512

/**
 * Orientation 1..8 from a TIFF block (the body of an EXIF block) at `start`; 1 when it is absent or nonsense.
 * Only the first directory is read; offsets that leave `end` are not followed. TIFF 6.0, sections 2 and 8.
 */
export function readOrientation(reader: ByteReader, start: number, end: number): number {
  const order: ByteOrder | null = reader.hasText(start, 'II')
    ? 'little'
    : reader.hasText(start, 'MM')
      ? 'big'
      : null
  if (order === null || reader.uint16(start + 2, order) !== 42) return 1
  const offset = reader.uint32(start + 4, order)
  if (offset === null) return 1
  const directory = start + offset
  const count = reader.uint16(directory, order)
  if (count === null || count > MAX_ENTRIES) return 1
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + 12 * entry
    if (at + 12 > end) return 1
    if (reader.uint16(at, order) !== ORIENTATION_TAG) continue
    const value = reader.uint16(at + 2, order) === SHORT_TYPE ? reader.uint16(at + 8, order) : null
    return value !== null && value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

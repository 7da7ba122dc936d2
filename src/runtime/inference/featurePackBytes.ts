import type { FeaturePack } from '../../ml/training'

/**
 * A feature pack as one run of bytes, little endian:
 * magic, total bytes, width, height, level count (5 x uint32), then stride and channels of each level (uint32),
 * then the float16 bits of each level, level after level.
 */
const MAGIC = 0x3146574d // "MWF1"
const HEADER_WORDS = 5

function valueCount(pack: { width: number; height: number }, stride: number, channels: number): number {
  return (pack.width / stride) * (pack.height / stride) * channels
}

export function encodeFeaturePack(pack: FeaturePack): Uint8Array<ArrayBuffer> {
  const headerBytes = 4 * (HEADER_WORDS + 2 * pack.levels.length)
  const total = pack.levels.reduce((sum, level) => sum + level.data.byteLength, headerBytes)
  const bytes = new Uint8Array(total)
  const words = [MAGIC, total, pack.width, pack.height, pack.levels.length]
  for (const { stride, channels } of pack.levels) words.push(stride, channels)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => view.setUint32(4 * i, word, true))
  let at = headerBytes
  for (const { data } of pack.levels) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

/** Null for bytes that are not a whole pack: a write that a closing tab cut short. */
export function decodeFeaturePack(bytes: Uint8Array<ArrayBuffer>): FeaturePack | null {
  if (bytes.byteLength < 4 * HEADER_WORDS) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (i: number): number => view.getUint32(4 * i, true)
  const count = word(4)
  const headerBytes = 4 * (HEADER_WORDS + 2 * count)
  if (word(0) !== MAGIC || word(1) !== bytes.byteLength || bytes.byteLength < headerBytes) return null
  const size = { width: word(2), height: word(3) }
  const levels: { stride: number; channels: number; data: Uint16Array<ArrayBuffer> }[] = []
  let at = headerBytes
  for (let level = 0; level < count; level++) {
    const stride = word(HEADER_WORDS + 2 * level)
    const channels = word(HEADER_WORDS + 2 * level + 1)
    const end = at + 2 * valueCount(size, stride, channels)
    if (!(end <= bytes.byteLength)) return null
    levels.push({ stride, channels, data: new Uint16Array(bytes.slice(at, end).buffer) })
    at = end
  }
  return at === bytes.byteLength ? { ...size, levels } : null
}

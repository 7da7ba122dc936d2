/** Bounds-checked reads from untrusted bytes: null beyond the end, never an exception. */
export interface ByteReader {
  readonly length: number
  uint8(at: number): number | null
  uint16(at: number, order: ByteOrder): number | null
  uint24(at: number, order: 'little'): number | null
  uint32(at: number, order: ByteOrder): number | null
  int32(at: number, order: ByteOrder): number | null
  /** True when the ASCII text stands at that place. */
  hasText(at: number, text: string): boolean
}

export type ByteOrder = 'little' | 'big'

export function createByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fits = (at: number, count: number): boolean => at >= 0 && at + count <= bytes.length
  return {
    length: bytes.length,
    uint8: (at) => (fits(at, 1) ? view.getUint8(at) : null),
    uint16: (at, order) => (fits(at, 2) ? view.getUint16(at, order === 'little') : null),
    uint24: (at) => (fits(at, 3) ? view.getUint16(at, true) + view.getUint8(at + 2) * 65536 : null),
    uint32: (at, order) => (fits(at, 4) ? view.getUint32(at, order === 'little') : null),
    int32: (at, order) => (fits(at, 4) ? view.getInt32(at, order === 'little') : null),
    hasText: (at, text) => {
      if (!fits(at, text.length)) return false
      for (let i = 0; i < text.length; i++) if (view.getUint8(at + i) !== text.charCodeAt(i)) return false
      return true
    },
  }
}

import { deflateSync } from 'fflate'
import { AppError } from '../../core/errors'
import { crc32 } from '../crc32'
import {
  CENTRAL_HEADER,
  DEFLATED,
  END,
  END_64,
  LOCAL_HEADER,
  LOCATOR_64,
  MAX_16,
  MAX_32,
  STORED,
  UTF8_FLAG,
} from './zipLayout'

/** Collects entries into a ZIP; nothing is kept but the compressed bytes. */
export interface ZipWriter {
  /** `isPacked`: the bytes are compressed already (pictures) and are stored as they are. */
  readonly add: (name: string, bytes: Uint8Array, isPacked: boolean) => void
  readonly finish: () => Uint8Array<ArrayBuffer>
}

/** 1 January 1980, the earliest date of the format: equal contents give equal bytes. */
const DATE = 0x0021
const VERSION = 20
const VERSION_64 = 45

/**
 * Sizes stand before the data, so a reader needs no search for the end of an entry (a picture may contain the marker),
 * and more than 65,535 entries get the 64-bit end record.
 */
export function createZipWriter(): ZipWriter {
  const chunks: Uint8Array[] = []
  const central: Uint8Array[] = []
  let offset = 0
  const push = (chunk: Uint8Array) => {
    chunks.push(chunk)
    offset += chunk.length
  }
  return {
    add: (name, bytes, isPacked) => {
      const nameBytes = new TextEncoder().encode(name)
      const body = isPacked ? bytes : deflateSync(bytes, { level: 6 })
      const method = isPacked ? STORED : DEFLATED
      const sizes = { crc: crc32(bytes), packed: body.length, unpacked: bytes.length }
      if (offset + body.length > MAX_32) {
        throw new AppError(
          'storage/write-failed',
          'the file would be larger than 4 GiB; save it without pictures',
        )
      }
      central.push(centralHeader(nameBytes, method, sizes, offset))
      push(localHeader(nameBytes, method, sizes))
      push(body)
    },
    finish: () => {
      const start = offset
      for (const header of central) push(header)
      const length = offset - start
      if (central.length > MAX_16) push(end64(central.length, length, start))
      push(end(central.length, length, start))
      return joined(chunks, offset)
    },
  }
}

interface Sizes {
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
}

function localHeader(name: Uint8Array, method: number, sizes: Sizes): Uint8Array {
  const { bytes, view } = record(LOCAL_HEADER.length + name.length, LOCAL_HEADER.signature)
  view.setUint16(4, VERSION, true)
  writeShared(view, 6, method, sizes, name.length)
  bytes.set(name, LOCAL_HEADER.length)
  return bytes
}

function centralHeader(name: Uint8Array, method: number, sizes: Sizes, offset: number): Uint8Array {
  const { bytes, view } = record(CENTRAL_HEADER.length + name.length, CENTRAL_HEADER.signature)
  view.setUint16(4, VERSION, true)
  view.setUint16(6, VERSION, true)
  writeShared(view, 8, method, sizes, name.length)
  view.setUint32(42, offset, true)
  bytes.set(name, CENTRAL_HEADER.length)
  return bytes
}

/** Flags, method, time, date, checksum, sizes, length of the name: alike in both headers. */
function writeShared(view: DataView, at: number, method: number, sizes: Sizes, nameLength: number): void {
  view.setUint16(at, UTF8_FLAG, true)
  view.setUint16(at + 2, method, true)
  view.setUint16(at + 6, DATE, true)
  view.setUint32(at + 8, sizes.crc, true)
  view.setUint32(at + 12, sizes.packed, true)
  view.setUint32(at + 16, sizes.unpacked, true)
  view.setUint16(at + 20, nameLength, true)
}

function end(count: number, length: number, start: number): Uint8Array {
  const { bytes, view } = record(END.length, END.signature)
  const shortCount = Math.min(count, MAX_16)
  view.setUint16(8, shortCount, true)
  view.setUint16(10, shortCount, true)
  view.setUint32(12, length, true)
  view.setUint32(16, start, true)
  return bytes
}

/** The 64-bit end record and its locator, in this order before the plain end record. */
function end64(count: number, length: number, start: number): Uint8Array {
  const { bytes, view } = record(END_64.length + LOCATOR_64.length, END_64.signature)
  view.setBigUint64(4, BigInt(END_64.length - 12), true)
  view.setUint16(12, VERSION_64, true)
  view.setUint16(14, VERSION_64, true)
  view.setBigUint64(24, BigInt(count), true)
  view.setBigUint64(32, BigInt(count), true)
  view.setBigUint64(40, BigInt(length), true)
  view.setBigUint64(48, BigInt(start), true)
  view.setUint32(END_64.length, LOCATOR_64.signature, true)
  view.setBigUint64(END_64.length + 8, BigInt(start + length), true)
  view.setUint32(END_64.length + 16, 1, true)
  return bytes
}

function record(length: number, signature: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, signature, true)
  return { bytes, view }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

import { inflateSync } from 'fflate'
import { AppError } from '../../core/errors'
import { crc32 } from '../crc32'
import {
  CENTRAL_HEADER,
  DEFLATED,
  ENCRYPTED_FLAG,
  END,
  END_64,
  LOCAL_HEADER,
  LOCATOR_64,
  MAX_16,
  MAX_32,
  STORED,
} from './zipLayout'

export interface ZipEntry {
  readonly name: string
  readonly unpackedBytes: number
  /** Unpacks and compares size and checksum; throws `data/unreadable-file`. */
  readonly read: () => Uint8Array<ArrayBuffer>
}

export interface ZipLimits {
  readonly maxEntries: number
  readonly maxUnpackedBytes: number
}

/** A file may unpack to this multiple of its own size, and to this much in any case. */
const MAX_RATIO = 200
const FREE_BYTES = 64 * 1024 * 1024
/** A comment of 65,535 bytes may follow the end record. */
const MAX_TAIL = END.length + MAX_16

/**
 * Lists a ZIP by its directory; nothing is unpacked before an entry is read. The file may be hostile: the number of
 * entries, the sizes, their ratio, overlapping entries and names are checked first. Unpacking never writes beyond the
 * declared size, so the limits hold. Throws `data/unreadable-file` with the reason.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const directory = findDirectory(view)
  if (directory.count > limits.maxEntries) throw refused(`it has more than ${limits.maxEntries} entries`)
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  let at = directory.start
  let packed = 0
  let unpacked = 0
  for (let i = 0; i < directory.count; i++) {
    const header = readCentralHeader(view, bytes, at)
    at = header.end
    packed += header.packedBytes
    unpacked += header.unpackedBytes
    if (packed > bytes.length) throw refused('its entries overlap')
    if (unpacked > Math.min(limits.maxUnpackedBytes, FREE_BYTES + MAX_RATIO * bytes.length)) {
      throw refused('it unpacks to far more than it should')
    }
    if (names.has(header.name)) throw refused(`two entries are named "${header.name}"`)
    names.add(header.name)
    entries.push({
      name: header.name,
      unpackedBytes: header.unpackedBytes,
      read: () => unpack(view, bytes, header),
    })
  }
  return entries
}

/** A relative path with forward slashes that stays below its folder. */
export function isSafePath(name: string): boolean {
  return (
    name !== '' &&
    !/[\\\0]/.test(name) &&
    !/^(?:\/|[a-zA-Z]:)/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}

interface CentralHeader {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packedBytes: number
  readonly unpackedBytes: number
  readonly offset: number
  /** Where the next header begins. */
  readonly end: number
}

function findDirectory(view: DataView): { start: number; count: number } {
  const lowest = Math.max(0, view.byteLength - MAX_TAIL)
  for (let at = view.byteLength - END.length; at >= lowest; at--) {
    if (view.getUint32(at, true) !== END.signature) continue
    const count = view.getUint16(at + 10, true)
    const start = view.getUint32(at + 16, true)
    return count === MAX_16 || start === MAX_32 ? findDirectory64(view, at) : { start, count }
  }
  throw refused('its end is missing, so it is cut off or no ZIP')
}

function findDirectory64(view: DataView, end: number): { start: number; count: number } {
  const locator = end - LOCATOR_64.length
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64.signature) {
    // Exactly 65,535 entries and no 64-bit record.
    return { start: view.getUint32(end + 16, true), count: view.getUint16(end + 10, true) }
  }
  const at = Number(view.getBigUint64(locator + 8, true))
  if (at + END_64.length > view.byteLength || view.getUint32(at, true) !== END_64.signature) {
    throw refused('its 64-bit end record is damaged')
  }
  return { start: Number(view.getBigUint64(at + 48, true)), count: Number(view.getBigUint64(at + 32, true)) }
}

function readCentralHeader(view: DataView, bytes: Uint8Array, at: number): CentralHeader {
  if (at + CENTRAL_HEADER.length > view.byteLength || view.getUint32(at, true) !== CENTRAL_HEADER.signature) {
    throw refused('its directory is damaged')
  }
  const nameLength = view.getUint16(at + 28, true)
  const end =
    at + CENTRAL_HEADER.length + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  if (end > view.byteLength) throw refused('its directory is damaged')
  const nameBytes = bytes.slice(at + CENTRAL_HEADER.length, at + CENTRAL_HEADER.length + nameLength)
  const name = new TextDecoder().decode(nameBytes)
  const method = view.getUint16(at + 10, true)
  if ((view.getUint16(at + 8, true) & ENCRYPTED_FLAG) !== 0) throw refused(`"${name}" is encrypted`)
  if (method !== STORED && method !== DEFLATED) throw refused(`"${name}" uses a compression we do not read`)
  return {
    name,
    method,
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    unpackedBytes: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
    end,
  }
}

function unpack(view: DataView, bytes: Uint8Array, header: CentralHeader): Uint8Array<ArrayBuffer> {
  const { offset, packedBytes, unpackedBytes, method, name } = header
  if (
    offset + LOCAL_HEADER.length > view.byteLength ||
    view.getUint32(offset, true) !== LOCAL_HEADER.signature
  ) {
    throw refused(`"${name}" is not where the directory says`)
  }
  const start =
    offset + LOCAL_HEADER.length + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packedBytes > bytes.length) throw refused(`"${name}" is cut off`)
  const packed = bytes.subarray(start, start + packedBytes)
  const unpacked = method === STORED ? packed.slice() : inflate(packed, unpackedBytes, name)
  if (unpacked.length !== unpackedBytes || crc32(unpacked) !== header.crc) {
    throw refused(`"${name}" does not match its checksum`)
  }
  return unpacked
}

function inflate(packed: Uint8Array, unpackedBytes: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(inflateSync(packed, { out: new Uint8Array(unpackedBytes) }))
  } catch (cause) {
    throw new AppError('data/unreadable-file', `this file was refused: "${name}" cannot be unpacked`, {
      cause,
    })
  }
}

function refused(reason: string): AppError {
  return new AppError('data/unreadable-file', `this file was refused: ${reason}`)
}

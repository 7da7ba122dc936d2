/** The file is no ONNX model, or ends before it does; the message says which, without the file's name. */
export class OnnxFault extends Error {}

/** One field of a message: a length-delimited field has `bytes`, a whole number `integer`, the fixed sizes `bytes` of 4 or 8. */
export interface MessageField {
  readonly field: number
  readonly kind: 'integer' | 'fixed' | 'delimited'
  /** Empty for a whole number. A view of the message, not a copy. */
  readonly bytes: Uint8Array
  /** The whole number as a double: exact up to 2^53, where sizes, types and attributes lie. 0 for the other kinds. */
  readonly integer: number
  /** The field as it stands in the message, tag included: what writes it back unchanged. A view as well. */
  readonly raw: Uint8Array
}

const NO_BYTES = new Uint8Array()
const TRUNCATED = 'it ends too early: the file is truncated or no ONNX model'
const NO_MODEL = 'it is not an ONNX model'
/** The format has no greater field number. */
const MAX_FIELD = 2 ** 29 - 1

/**
 * Fields of one protocol buffers message, in order (https://protobuf.dev/programming-guides/encoding). Nothing is copied,
 * and every length is checked against the message, so a hostile file ends in `OnnxFault`, never beyond its own bytes.
 */
export function* fieldsOf(message: Uint8Array): Generator<MessageField> {
  const reader = { message, at: 0 }
  while (reader.at < message.length) {
    const start = reader.at
    const tag = readVarint(reader)
    const field = Math.floor(tag / 8)
    if (field < 1 || field > MAX_FIELD) throw new OnnxFault(NO_MODEL)
    const value = readValue(reader, tag & 7)
    yield { field, ...value, raw: message.subarray(start, reader.at) }
  }
}

/** The whole numbers of a packed repeated field; more than `limit` of them are a fault. */
export function packedIntegers(bytes: Uint8Array, limit: number): number[] {
  const reader = { message: bytes, at: 0 }
  const values: number[] = []
  while (reader.at < bytes.length) {
    if (values.length === limit)
      throw new OnnxFault(`a list of numbers is longer than the ${limit} that it may have`)
    values.push(readVarint(reader))
  }
  return values
}

/** For names that are compared and shown: bytes that are no UTF-8 become replacement characters. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** The text of one field of a message; of several the last one counts, as the format has it. Empty without one. */
export function textOfField(message: Uint8Array, wanted: number): string {
  let text = ''
  for (const { field, kind, bytes } of fieldsOf(message)) {
    if (field === wanted && kind === 'delimited') text = textOf(bytes)
  }
  return text
}

/** For names that are written back, which must not become others. Throws `OnnxFault` when the bytes are no UTF-8. */
export function exactTextOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new OnnxFault('a name in it is no text', { cause })
  }
}

interface Reader {
  readonly message: Uint8Array
  at: number
}

function readValue(reader: Reader, wireType: number): Pick<MessageField, 'kind' | 'bytes' | 'integer'> {
  switch (wireType) {
    case 0:
      return { kind: 'integer', bytes: NO_BYTES, integer: readVarint(reader) }
    case 1:
      return { kind: 'fixed', bytes: take(reader, 8), integer: 0 }
    case 2:
      return { kind: 'delimited', bytes: take(reader, readVarint(reader)), integer: 0 }
    case 5:
      return { kind: 'fixed', bytes: take(reader, 4), integer: 0 }
    default:
      throw new OnnxFault(NO_MODEL)
  }
}

/** A negative length would lead back to bytes that were read, and so on without end. */
function take(reader: Reader, length: number): Uint8Array {
  if (length < 0 || length > reader.message.length - reader.at) throw new OnnxFault(TRUNCATED)
  const bytes = reader.message.subarray(reader.at, reader.at + length)
  reader.at += length
  return bytes
}

/**
 * Seven bits a byte, lowest first. A negative number is written as its 64-bit complement and read as one; beyond 2^53
 * the last digits are lost, which nothing here depends on.
 */
function readVarint(reader: Reader): number {
  let low = 0
  let high = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = reader.message[reader.at++]
    if (byte === undefined) throw new OnnxFault(TRUNCATED)
    if (shift < 28) low += (byte & 0x7f) * 2 ** shift
    else high += (byte & 0x7f) * 2 ** (shift - 28)
    if ((byte & 0x80) !== 0) continue
    // 64 bits are 28 low ones and 36 high ones; the uppermost is the sign.
    if (high >= 2 ** 36) throw new OnnxFault(NO_MODEL)
    return high >= 2 ** 35 ? low + (high - 2 ** 36) * 2 ** 28 : low + high * 2 ** 28
  }
  throw new OnnxFault(NO_MODEL)
}

import { AppError } from '../../core/errors'

/** One field of a protocol-buffers message; `raw` is the field as it stands in the file, tag included. */
export interface MessageField {
  readonly number: number
  /** The value of a varint field, exact up to 2^53; 0 for other wire types. */
  readonly integer: number
  /** The bytes of a length-delimited or fixed-size field; empty for a varint. */
  readonly bytes: Uint8Array
  readonly raw: Uint8Array
}

const VARINT = 0
const FIXED_64 = 1
const LENGTH_DELIMITED = 2
const FIXED_32 = 5

/**
 * The fields of one message, in order (wire format: https://protobuf.dev/programming-guides/encoding). The file may be
 * anything: every length is checked against what is there. Fields are views on `message`, nothing is copied.
 * Throws `model/incompatible`.
 */
export function* readFields(message: Uint8Array): Generator<MessageField> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) throw damaged('it ends too early')
      value += (byte & 0x7f) * 2 ** shift
      if ((byte & 0x80) === 0) return value
    }
    throw damaged('a number in it has no end')
  }
  while (at < message.length) {
    const start = at
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (number === 0) throw damaged('a field has the number 0')
    let integer = 0
    let length = 0
    const wireType = tag % 8
    if (wireType === VARINT) integer = varint()
    else if (wireType === LENGTH_DELIMITED) length = varint()
    else if (wireType === FIXED_64) length = 8
    else if (wireType === FIXED_32) length = 4
    else throw damaged(`a field has the unknown wire type ${wireType}`)
    if (length > message.length - at) throw damaged('it ends too early')
    const bytes = message.subarray(at, at + length)
    at += length
    yield { number, integer, bytes, raw: message.subarray(start, at) }
  }
}

/** Throws `model/incompatible` when the bytes are no UTF-8. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('model/incompatible', 'the file is no readable ONNX model: a name in it is no text', {
      cause,
    })
  }
}

function damaged(what: string): AppError {
  return new AppError('model/incompatible', `the file is no readable ONNX model: ${what}`)
}

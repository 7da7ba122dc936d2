/**
 * The part of protocol buffers' wire format that an ONNX file needs: a message is a list of fields, each a tag
 * (number * 8 + wire type) and a value. https://protobuf.dev/programming-guides/encoding
 */
export interface MessageWriter {
  /** Wire type 0: a whole number, 0..2^53, or a negative one as its 64-bit complement. */
  integer(field: number, value: number): void
  /** Wire type 5: an IEEE single. */
  float(field: number, value: number): void
  /** Wire type 2. */
  text(field: number, value: string): void
  bytes(field: number, value: Uint8Array): void
  message(field: number, value: MessageWriter): void
  /** A field as it stood in another message, tag included. */
  raw(field: Uint8Array): void
  finish(): Uint8Array<ArrayBuffer>
}

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED_32 = 5

export function createMessage(): MessageWriter {
  const parts: Uint8Array[] = []
  let length = 0
  const push = (part: Uint8Array): void => {
    parts.push(part)
    length += part.length
  }
  const tag = (field: number, wireType: number): void => push(varint(BigInt(field * 8 + wireType)))
  const delimited = (field: number, value: Uint8Array): void => {
    tag(field, LENGTH_DELIMITED)
    push(varint(BigInt(value.length)))
    push(value)
  }
  return {
    integer: (field, value) => {
      tag(field, VARINT)
      push(varint(BigInt.asUintN(64, BigInt(value))))
    },
    float: (field, value) => {
      tag(field, FIXED_32)
      push(new Uint8Array(littleEndianFloats([value]).buffer))
    },
    text: (field, value) => delimited(field, new TextEncoder().encode(value)),
    bytes: delimited,
    message: (field, value) => delimited(field, value.finish()),
    raw: push,
    finish: () => {
      const out = new Uint8Array(length)
      let at = 0
      for (const part of parts) {
        out.set(part, at)
        at += part.length
      }
      return out
    },
  }
}

/** Seven bits a byte, lowest first; the high bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const out: number[] = []
  let rest = value
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}

/** The bytes of singles as the format wants them, whatever this machine's order is. */
export function littleEndianFloats(values: ArrayLike<number>): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true)
  return view
}

export function littleEndianIntegers(values: readonly number[]): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 8))
  values.forEach((value, i) => view.setBigInt64(i * 8, BigInt(value), true))
  return view
}

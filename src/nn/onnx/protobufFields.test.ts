import { describe, expect, test } from 'vitest'
import { createMessage } from './protobuf'
import { exactTextOf, fieldsOf, OnnxFault, packedIntegers, textOf, textOfField } from './protobufFields'

/** 64 bits as the format writes them: seven a byte, all but the last with the high bit. */
function varint(value: bigint): number[] {
  const bytes: number[] = []
  for (let rest = value; bytes.length === 0 || rest > 0n; rest >>= 7n) {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
  }
  return bytes
}

/** Tag of field 1 with the wire type for lengths. */
const DELIMITED = 0x0a
/** Tag of field 1 with the wire type for whole numbers. */
const INTEGER = 0x08

describe('fieldsOf', () => {
  test('every kind of field comes with its number, its value and the bytes that it stands in', () => {
    const message = createMessage()
    message.integer(1, 300)
    message.integer(2, -5)
    message.float(3, 0.5)
    message.text(20, 'conv')
    message.raw(Uint8Array.of(0x29, 1, 2, 3, 4, 5, 6, 7, 8)) // field 5, eight bytes
    const bytes = message.finish()
    const fields = [...fieldsOf(bytes)]
    expect(
      fields.map(({ field, kind, integer, bytes: { length } }) => [field, kind, integer, length]),
    ).toEqual([
      [1, 'integer', 300, 0],
      [2, 'integer', -5, 0],
      [3, 'fixed', 0, 4],
      [20, 'delimited', 0, 4],
      [5, 'fixed', 0, 8],
    ])
    expect(fields.flatMap(({ raw }) => [...raw])).toEqual([...bytes])
    expect(textOf(fields[3]!.bytes)).toBe('conv')
  })

  test('whole numbers are exact to 2^53, and negative to the least of 64 bits', () => {
    for (const value of [0n, 127n, 128n, 2n ** 28n, 2n ** 53n, -1n, -(2n ** 53n), -(2n ** 63n)]) {
      const bytes = Uint8Array.of(INTEGER, ...varint(BigInt.asUintN(64, value)))
      expect([...fieldsOf(bytes)][0]!.integer).toBe(Number(value))
    }
  })

  test.each([
    ['a length beyond the message', [DELIMITED, 3, 1, 2], 'ends too early'],
    ['a length of 2^53', [DELIMITED, ...varint(2n ** 53n)], 'ends too early'],
    ['a negative length, which would lead back', [DELIMITED, ...varint(2n ** 64n - 11n)], 'ends too early'],
    ['a number without an end', [INTEGER, ...Array.from({ length: 10 }, () => 0x80), 0], 'not an ONNX model'],
    ['a number that the file cuts', [INTEGER, 0x80], 'ends too early'],
    ['a number of more than 64 bits', [INTEGER, ...varint(2n ** 64n)], 'not an ONNX model'],
    ['eight bytes that are seven', [0x09, 1, 2, 3, 4, 5, 6, 7], 'ends too early'],
    ['four bytes that are three', [0x0d, 1, 2, 3], 'ends too early'],
    ['a group, which ONNX has not', [0x0b], 'not an ONNX model'],
    ['field 0', [0x02, 0], 'not an ONNX model'],
    ['a field beyond the greatest', [...varint(2n ** 32n), 0], 'not an ONNX model'],
    ['a negative field', [...varint(2n ** 64n - 8n), 0], 'not an ONNX model'],
  ])('%s is a fault', (_, bytes, message) => {
    expect(() => [...fieldsOf(Uint8Array.from(bytes))]).toThrow(OnnxFault)
    expect(() => [...fieldsOf(Uint8Array.from(bytes))]).toThrow(message)
  })

  test('a field inside another is bounded by that one, not by the file', () => {
    const [outer] = fieldsOf(Uint8Array.of(DELIMITED, 2, DELIMITED, 3, 1, 2, 3))
    expect(() => [...fieldsOf(outer!.bytes)]).toThrow('ends too early')
  })
})

test('of a text that is given twice the last one counts, and a number in its place is none', () => {
  const message = createMessage()
  message.text(1, 'first')
  message.text(1, 'last')
  message.integer(1, 7)
  const bytes = message.finish()
  expect(textOfField(bytes, 1)).toBe('last')
  expect(textOfField(bytes, 2)).toBe('')
})

test('a packed list longer than it may be is a fault before it fills the memory', () => {
  expect(packedIntegers(Uint8Array.of(1, 2, 3), 3)).toEqual([1, 2, 3])
  expect(() => packedIntegers(Uint8Array.of(1, 2, 3), 2)).toThrow('longer than the 2')
})

test('a name that is no UTF-8 is shown as well as it can be, and never written back', () => {
  const bytes = Uint8Array.of(0x61, 0xff)
  expect(textOf(bytes)).toBe('a\ufffd')
  expect(() => exactTextOf(bytes)).toThrow(OnnxFault)
  expect(exactTextOf(new TextEncoder().encode('größe'))).toBe('größe')
})

import { describe, expect, test } from 'vitest'
import { decodeHalf, encodeHalf, halfBits, halfValue } from './float16'

describe('float16', () => {
  test('known bit patterns of IEEE 754', () => {
    // From the definition: 1 = 0 01111 0000000000, -2 = 1 10000 ..., 65504 = 0 11110 1111111111, 2^-24 = smallest.
    expect(halfBits(1)).toBe(0x3c00)
    expect(halfBits(-2)).toBe(0xc000)
    expect(halfBits(65504)).toBe(0x7bff)
    expect(halfBits(2 ** -24)).toBe(0x0001)
    expect(halfBits(2 ** -14)).toBe(0x0400)
    expect(halfBits(1 / 3)).toBe(0x3555)
    expect(halfBits(0)).toBe(0)
    expect(halfBits(-0)).toBe(0x8000)
  })

  test('rounds to nearest, ties to even, also into the next exponent and out of the range', () => {
    expect(halfBits(1 + 2 ** -11)).toBe(0x3c00) // halfway between 1 and 1 + 2^-10: even below
    expect(halfBits(1 + 3 * 2 ** -11)).toBe(0x3c02) // halfway, even above
    expect(halfBits(2047.9999)).toBe(0x6800) // 2048
    expect(halfBits(65519)).toBe(0x7bff)
    expect(halfBits(65520)).toBe(0x7c00)
    expect(halfBits(2 ** -25)).toBe(0) // halfway to the smallest: even is zero
    expect(halfBits(1.5 * 2 ** -25)).toBe(1)
    expect(halfBits(2 ** -14 - 2 ** -25)).toBe(0x0400) // the largest subnormal rounds up into the normals
  })

  test('infinities and NaN survive', () => {
    expect(halfValue(halfBits(Infinity))).toBe(Infinity)
    expect(halfValue(halfBits(-Infinity))).toBe(-Infinity)
    expect(halfValue(halfBits(Number.NaN))).toBeNaN()
  })

  test('every half is its own nearest half', () => {
    const changed: number[] = []
    for (let bits = 0; bits < 65536; bits++) {
      const value = halfValue(bits)
      if (!Number.isNaN(value) && halfBits(value) !== bits) changed.push(bits)
    }
    expect(changed).toEqual([])
  })

  test('an array comes back within half a unit in the last place', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** ((i % 8) - 4))
    const back = decodeHalf(encodeHalf(values))
    for (let i = 0; i < values.length; i++) {
      const spacing = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(values[i]!) || 1)) - 10))
      expect(Math.abs(back[i]! - values[i]!)).toBeLessThanOrEqual(spacing / 2)
    }
  })
})

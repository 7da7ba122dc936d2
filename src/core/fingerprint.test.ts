import { expect, test } from 'vitest'
import { fingerprint, murmur3 } from './fingerprint'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('equals MurmurHash3_x86_32 on its published vectors, whatever the alignment', () => {
  const vectors: readonly (readonly [string, number, number])[] = [
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aa', 0x9747b28c, 0x5d211726],
    ['a', 0x9747b28c, 0x7fa09ea6],
  ]
  for (const [text, seed, hash] of vectors) {
    expect(murmur3(bytes(text), seed)).toBe(hash)
    const shifted = new Uint8Array(text.length + 3)
    shifted.set(bytes(text), 3)
    expect(murmur3(shifted.subarray(3), seed)).toBe(hash)
  }
})

test('every single bit and the order of the parts change the name', () => {
  const start = Float32Array.of(1, 2, 3)
  const names = new Set([fingerprint([start])])
  for (let bit = 0; bit < 96; bit++) {
    const changed = new Uint8Array(start.slice().buffer)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    names.add(fingerprint([changed]))
  }
  expect(names.size).toBe(97)
  expect(fingerprint([bytes('a'), bytes('b')])).not.toBe(fingerprint([bytes('b'), bytes('a')]))
})

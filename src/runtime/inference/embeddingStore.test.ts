import { describe, expect, test } from 'vitest'
import type { Embedding } from '../../nn/onnx/promptable/promptableModel'
import { createMemoryFolder } from './cacheFolder'
import { decodeEmbedding, encodeEmbedding } from './embeddingPackBytes'
import { createEmbeddingStore, embeddingName } from './embeddingStore'
import { createPackCache } from './packCache'

const embedding: Embedding = {
  'image_embeddings.0': { data: Float32Array.of(1.5, -70000, 1e-30), dims: [1, 3] },
  sizes: { type: 'int64', data: BigInt64Array.of(9007199254740993n, -1n), dims: [2] },
  flags: { type: 'bool', data: Uint8Array.of(1, 0, 1), dims: [3, 1] },
}

/** An embedding of `count` values that are all `value`. */
const filled = (value: number, count = 100): Embedding => ({
  e: { data: new Float32Array(count).fill(value), dims: [count] },
})

describe('embedding bytes', () => {
  test('give back every value, type, shape and name as it was', () => {
    expect(decodeEmbedding(encodeEmbedding(embedding))).toEqual(embedding)
  })

  test('cut anywhere they are no embedding', () => {
    const bytes = encodeEmbedding(embedding)
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeEmbedding(bytes.slice(0, length))).toBeNull()
    }
  })

  test('with any byte of the header changed they never throw', () => {
    const bytes = encodeEmbedding(embedding)
    for (let at = 0; at < bytes.length - 64; at++) {
      const damaged = bytes.slice()
      damaged[at]! ^= 0xff
      expect(() => decodeEmbedding(damaged)).not.toThrow()
    }
  })
})

describe('createEmbeddingStore', () => {
  function setUp(memoryBytes: number) {
    const folder = createMemoryFolder()
    let reads = 0
    const counting = {
      ...folder,
      read: (name: string) => {
        reads++
        return folder.read(name)
      },
    }
    const codec = { encode: encodeEmbedding, decode: decodeEmbedding }
    const open = () => createEmbeddingStore(async () => createPackCache(counting, 1e6, codec), memoryBytes)
    return { open, reads: () => reads }
  }
  const kept = { isWorthDisk: true }

  test('keeps the latest in memory and reads older ones from the disk', async () => {
    // 400 bytes each: two fit.
    const { open, reads } = setUp(800)
    const store = open()
    for (const [i, name] of ['a', 'b', 'c'].entries()) await store.put(name, filled(i), kept)
    expect(await store.get('b')).toEqual(filled(1))
    expect(await store.get('c')).toEqual(filled(2))
    expect(reads()).toBe(0)
    expect(await store.get('a')).toEqual(filled(0))
    expect(reads()).toBe(1)
    // `b` was used before `c`, so it made room for `a`.
    await store.get('c')
    expect(reads()).toBe(1)
    await store.get('b')
    expect(reads()).toBe(2)
  })

  test('one that is larger than the memory stays until the next', async () => {
    const { open, reads } = setUp(10)
    const store = open()
    await store.put('a', filled(1), kept)
    await store.get('a')
    expect(reads()).toBe(0)
  })

  test('what is not worth the disk is gone with the worker', async () => {
    const { open } = setUp(1000)
    const store = open()
    await store.put('a', filled(1), { isWorthDisk: false })
    expect(await store.get('a')).toEqual(filled(1))
    expect(await open().get('a')).toBeNull()
    expect(await store.bytes()).toBe(0)
  })

  test('without a disk it keeps what fits in memory', async () => {
    const store = createEmbeddingStore(() => Promise.resolve(null), 1000)
    await store.put('a', filled(1), kept)
    expect(await store.get('a')).toEqual(filled(1))
    expect(await store.bytes()).toBe(0)
    await store.clear()
    expect(await store.get('a')).toBeNull()
  })
})

test('names tell models, pictures and regions apart, in characters a file system takes', () => {
  const hash = '0123456789abcdef99'
  const name = embeddingName(hash, 'image:ab/c', { x: 1, y: 2, width: 30, height: 40 })
  expect(name).toBe('v1-0123456789abcdef-1_2_30x40-image%3Aab%2Fc')
})

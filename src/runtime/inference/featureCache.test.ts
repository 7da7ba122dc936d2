import { describe, expect, test } from 'vitest'
import type { FeaturePack } from '../../ml/training'
import { createMemoryFolder } from './cacheFolder'
import { createFeatureCache, featureFileName } from './featureCache'
import { decodeFeaturePack, encodeFeaturePack } from './featurePackBytes'

/** 64 x 32 px: 16 x 8 x 2 values at stride 4 and 2 x 1 x 3 at stride 32 = 262 halves, 524 bytes, and 36 bytes of header. */
function packOf(first: number): FeaturePack {
  const level = (stride: number, channels: number) => ({
    stride,
    channels,
    data: Uint16Array.from(
      { length: (64 / stride) * (32 / stride) * channels },
      (_, i) => (first + i) & 0xffff,
    ),
  })
  return { width: 64, height: 32, levels: [level(4, 2), level(32, 3)] }
}
const PACK_BYTES = 560

describe('feature pack bytes', () => {
  test('come back as the same pack', () => {
    const bytes = encodeFeaturePack(packOf(65000))
    expect(bytes.length).toBe(PACK_BYTES)
    expect(decodeFeaturePack(bytes)).toEqual(packOf(65000))
  })

  test('cut short at any length they are not a pack', () => {
    const bytes = encodeFeaturePack(packOf(1))
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeFeaturePack(bytes.slice(0, length))).toBeNull()
    }
  })

  test('with any header byte changed they are never more than the same number of values', () => {
    for (let at = 0; at < 36; at++) {
      const bytes = encodeFeaturePack(packOf(1))
      bytes[at]! ^= 0xff
      const pack = decodeFeaturePack(bytes)
      const values = pack?.levels.reduce((sum, level) => sum + level.data.length, 0) ?? 0
      expect(values).toBeLessThanOrEqual(262)
    }
  })
})

describe('createFeatureCache', () => {
  test('gives back what was put, also to the next session', async () => {
    const folder = createMemoryFolder()
    const cache = await createFeatureCache(folder, 10_000)
    await cache.put('a', packOf(7))
    expect(await cache.get('a')).toEqual(packOf(7))
    expect(await cache.get('b')).toBeNull()
    const next = await createFeatureCache(folder, 10_000)
    expect(await next.get('a')).toEqual(packOf(7))
    expect(await next.bytes()).toBe(PACK_BYTES)
  })

  test('stays below the limit by dropping what was not used for the longest time', async () => {
    const cache = await createFeatureCache(createMemoryFolder(), 3 * PACK_BYTES)
    for (const name of ['a', 'b', 'c']) await cache.put(name, packOf(1))
    await cache.get('a')
    await cache.put('d', packOf(2))
    expect(await cache.get('b')).toBeNull()
    for (const name of ['a', 'c', 'd']) expect(await cache.get(name)).not.toBeNull()
    expect(await cache.bytes()).toBe(3 * PACK_BYTES)
  })

  test('putting the same name again does not count it twice', async () => {
    const cache = await createFeatureCache(createMemoryFolder(), 10_000)
    await cache.put('a', packOf(1))
    await cache.put('a', packOf(2))
    expect(await cache.bytes()).toBe(PACK_BYTES)
    expect(await cache.get('a')).toEqual(packOf(2))
  })

  test('a damaged file is a miss and goes', async () => {
    const folder = createMemoryFolder()
    await folder.write('a', Uint8Array.of(1, 2, 3))
    const cache = await createFeatureCache(folder, 10_000)
    expect(await cache.get('a')).toBeNull()
    expect(await cache.bytes()).toBe(0)
    expect(await folder.list()).toEqual([])
  })

  test('a full disk makes room once, and a pack that still does not fit is simply not kept', async () => {
    const cache = await createFeatureCache(createMemoryFolder(2.5 * PACK_BYTES), 100_000)
    for (const name of ['a', 'b', 'c']) await cache.put(name, packOf(1))
    expect(await cache.get('a')).toBeNull()
    expect(await cache.get('c')).not.toBeNull()
    const tiny = await createFeatureCache(createMemoryFolder(10), 100_000)
    await tiny.put('a', packOf(1))
    expect(await tiny.get('a')).toBeNull()
    expect(await tiny.bytes()).toBe(0)
  })

  test('clear empties it', async () => {
    const cache = await createFeatureCache(createMemoryFolder(), 10_000)
    await cache.put('a', packOf(1))
    await cache.clear()
    expect(await cache.bytes()).toBe(0)
    expect(await cache.get('a')).toBeNull()
  })
})

describe('featureFileName', () => {
  test('separates weights, sizes and variants, and has no character a file system refuses', () => {
    const name = featureFileName('0123456789abcdef99', { width: 224, height: 96 }, 'ab/c:flip-x')
    expect(name).toBe('0123456789abcdef-224x96-ab%2Fc%3Aflip-x')
  })
})

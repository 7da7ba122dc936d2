import { strToU8, unzipSync, zipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSafePath, readZip } from './readZip'
import { createZipWriter } from './writeZip'

const LIMITS = { maxEntries: 100_000, maxUnpackedBytes: 1e9 }
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const zipOf = (...entries: (readonly [name: string, bytes: Uint8Array, isPacked: boolean])[]) => {
  const writer = createZipWriter()
  for (const entry of entries) writer.add(...entry)
  return writer.finish()
}
const read = (bytes: Uint8Array) => readZip(bytes, LIMITS).map((entry) => [entry.name, textOf(entry.read())])
/** Overwrites bytes of the only central header of a one-entry file. */
const patched = (zip: Uint8Array, at: number, value: number) => {
  const copy = zip.slice()
  const view = new DataView(copy.buffer)
  const start = view.getUint32(copy.length - 22 + 16, true)
  view.setUint32(start + at, value, true)
  return copy
}

describe('ZIP files', () => {
  const many = zipOf(
    ['a/ü 🙂.txt', strToU8('hello '.repeat(50)), false],
    ['b', strToU8('PK\u0007\u0008 inside'), true],
  )

  it('are read back, names and bytes', () => {
    expect(read(many)).toEqual([
      ['a/ü 🙂.txt', 'hello '.repeat(50)],
      ['b', 'PK\u0007\u0008 inside'],
    ])
  })

  it('are read by another library', () => {
    expect(Object.entries(unzipSync(many)).map(([name, bytes]) => [name, textOf(bytes)])).toEqual(read(many))
  })

  it('of another library are read', () => {
    const other = zipSync({ 'a.txt': strToU8('x'.repeat(1000)), b: [strToU8('y'), { level: 0 }] })
    expect(read(other)).toEqual([
      ['a.txt', 'x'.repeat(1000)],
      ['b', 'y'],
    ])
  })

  it('are byte-identical for equal contents', () => {
    expect(zipOf(['a', strToU8('x'), false])).toEqual(zipOf(['a', strToU8('x'), false]))
  })

  it('may hold more than 65,535 entries', () => {
    const writer = createZipWriter()
    const one = strToU8('1')
    for (let i = 0; i < 65_600; i++) writer.add(`${i}`, one, true)
    const entries = readZip(writer.finish(), LIMITS)
    expect(entries).toHaveLength(65_600)
    expect(entries.at(-1)!.name).toBe('65599')
    expect(textOf(entries[65_599]!.read())).toBe('1')
  })
})

describe('hostile ZIP files are refused', () => {
  const zip = zipOf(['a', strToU8('x'.repeat(500)), false])
  const readAll =
    (bytes: Uint8Array, limits = LIMITS) =>
    () =>
      readZip(bytes, limits).map((entry) => entry.read())

  it.each([
    ['no ZIP', strToU8('hello'), 'no ZIP'],
    ['nothing', new Uint8Array(0), 'no ZIP'],
    ['the end cut off', zip.slice(0, -10), 'no ZIP'],
    ['a size that is a lie, too small', patched(zip, 24, 100), 'does not match its checksum'],
    ['a size that is a lie, too large', patched(zip, 24, 900), 'does not match its checksum'],
    ['a bomb by its own declaration', patched(zip, 24, 0xfffffff0), 'unpacks to far more'],
    ['entries that overlap', patched(zip, 20, 100_000), 'its entries overlap'],
    ['an entry elsewhere', patched(zip, 42, 7), 'is not where the directory says'],
    ['a wrong checksum', patched(zip, 16, 1), 'does not match its checksum'],
    ['a broken directory', patched(zip, 0, 1), 'its directory is damaged'],
  ])('%s', (_name, bytes, reason) => {
    expect(readAll(bytes)).toThrow(reason)
  })

  it('too many entries', () => {
    expect(
      readAll(zipOf(['a', strToU8('1'), true], ['b', strToU8('1'), true]), { ...LIMITS, maxEntries: 1 }),
    ).toThrow('more than 1 entries')
  })

  it('two entries of one name', () => {
    expect(readAll(zipOf(['a', strToU8('1'), true], ['a', strToU8('2'), true]))).toThrow(
      'two entries are named "a"',
    )
  })

  it('whatever bytes are changed, the only failure is a refusal', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const copy = zip.slice()
        for (const [at, value] of changes) copy[at] = value
        let reason = 'data/unreadable-file'
        try {
          readAll(copy)()
        } catch (error) {
          reason = (error as { code: string }).code
        }
        expect(reason).toBe('data/unreadable-file')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('isSafePath', () => {
  it.each(['a', 'a/b.png', 'ü 🙂/..a'])('%s stays below its folder', (name) => {
    expect(isSafePath(name)).toBe(true)
  })

  it.each(['', '/a', '../a', 'a/../b', 'a//b', './a', 'C:/a', 'a\\b', 'a\0b', 'a/'])(
    '%j does not',
    (name) => {
      expect(isSafePath(name)).toBe(false)
    },
  )
})

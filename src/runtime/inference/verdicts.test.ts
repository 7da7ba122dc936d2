import { describe, expect, test } from 'vitest'
import { createMemoryFolder } from './cacheFolder'
import { createNotes, readVerdict, writeVerdict, type VerdictKey } from './verdicts'

const key: VerdictKey = {
  modelHash: 'a'.repeat(64),
  placement: 'split',
  ortVersion: '1.30.0',
  adapter: 'vendor architecture',
}
const verdict = { isTrusted: true, note: 'agrees with WASM', mark: '1234abcd' }

describe('verdicts', () => {
  test('are known to the next worker', async () => {
    const folder = createMemoryFolder()
    await writeVerdict(createNotes(folder), key, verdict)
    expect(await readVerdict(createNotes(folder), key)).toEqual(verdict)
  })

  test.each([
    ['weights', { modelHash: 'a'.repeat(63) + 'b' }],
    ['placement', { placement: 'webgpu' as const }],
    ['runtime', { ortVersion: '1.31.0' }],
    ['GPU', { adapter: `${'vendor architecture '.repeat(10)}x` }],
  ])('of other %s are not known', async (_, other) => {
    const notes = createNotes(createMemoryFolder())
    await writeVerdict(notes, { ...key, adapter: 'vendor architecture '.repeat(10) }, verdict)
    await writeVerdict(notes, key, verdict)
    expect(await readVerdict(notes, { ...key, ...other })).toBeNull()
  })

  test('a damaged note is not known', async () => {
    const folder = createMemoryFolder()
    await writeVerdict(createNotes(folder), key, verdict)
    const name = (await folder.list())[0]!.name
    for (const text of ['{', 'null', '7', JSON.stringify({ key: 'x' }), '{"key":1,"verdict":null}']) {
      await folder.write(name, new TextEncoder().encode(text))
      expect(await readVerdict(createNotes(folder), key)).toBeNull()
    }
  })

  test('can be forgotten', async () => {
    const notes = createNotes(createMemoryFolder())
    await writeVerdict(notes, key, verdict)
    await notes.clear()
    expect(await readVerdict(notes, key)).toBeNull()
  })
})

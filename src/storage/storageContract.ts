import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { idOf, type BlobHash, type ProjectId } from '../domain/records'
import type { OpenProject, ProjectStorage, ProjectSummary } from '../ports/projectStorage'

const NOON = '2026-11-20T12:00:00.000Z'
const LINE3 = idOf('project', 'line3')

/** "Saved" after every step of a document that each test writes itself. */
export function writeRecord(doc: Y.Doc, project: OpenProject, id: string, record: object): void {
  const stop = (update: Uint8Array): void => project.append(update)
  doc.on('update', stop)
  doc.getMap('records').set(id, record)
  doc.off('update', stop)
}

export function documentOf(updates: readonly Uint8Array[]): { [id: string]: unknown } {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getMap('records').toJSON()
}

function summary(overrides: Partial<ProjectSummary> = {}): Omit<ProjectSummary, 'projectId'> {
  return {
    name: 'Line 3',
    createdAt: NOON,
    updatedAt: NOON,
    imageCount: 2,
    doneCount: 1,
    thumbnail: null,
    ...overrides,
  }
}

/**
 * What every implementation of the port promises. `reload` gives a second storage on the same data where data outlive
 * the page, as after a reload of the page or in another tab.
 */
export function describeProjectStorage(
  name: string,
  create: () => Promise<{ storage: ProjectStorage; reload: () => ProjectStorage }>,
): void {
  describe(`${name} keeps the contract`, () => {
    test('a new project is empty, writable and saved', async () => {
      const { storage } = await create()
      const project = await storage.open(LINE3)

      expect(project.updates).toEqual([])
      expect(project.damage).toBeNull()
      expect(project.saveState.get()).toEqual({ kind: 'saved', at: null })
    })

    test('what was flushed is there after closing and opening again', async () => {
      const { storage, reload } = await create()
      const project = await storage.open(LINE3)
      const doc = new Y.Doc()
      writeRecord(doc, project, 'a', { n: 1 })
      writeRecord(doc, project, 'b', { n: 2 })
      writeRecord(doc, project, 'a', { n: 3 })
      await project.flush()
      await project.close()

      const again = await reload().open(LINE3)
      expect(documentOf(again.updates)).toEqual({ a: { n: 3 }, b: { n: 2 } })
      expect(again.damage).toBeNull()
    })

    test('the state goes from saving to saved, never back by itself', async () => {
      const { storage } = await create()
      const project = await storage.open(LINE3)
      const seen: string[] = []
      project.saveState.subscribe(() => seen.push(project.saveState.get().kind))
      writeRecord(new Y.Doc(), project, 'a', {})
      expect(project.saveState.get()).toEqual({ kind: 'saving' })
      await project.flush()

      expect(project.saveState.get()).toEqual({ kind: 'saved', at: NOON })
      expect(seen).toEqual(['saving', 'saved'])
    })

    test('a snapshot stands for all that was appended before it, and for nothing after', async () => {
      const { storage, reload } = await create()
      const project = await storage.open(LINE3)
      const doc = new Y.Doc()
      for (let i = 0; i < 20; i++) writeRecord(doc, project, `${i}`, { i })
      const compacting = project.compact(Y.encodeStateAsUpdate(doc))
      writeRecord(doc, project, 'after', { late: true })
      await compacting
      await project.close()

      const again = await reload().open(LINE3)
      expect(again.updates.length).toBeLessThanOrEqual(2)
      expect(documentOf(again.updates)).toEqual(doc.getMap('records').toJSON())
    })

    test('a second opening only looks, until it takes over', async () => {
      const { storage, reload } = await create()
      const first = await storage.open(LINE3)
      const doc = new Y.Doc()
      writeRecord(doc, first, 'a', { n: 1 })
      await first.flush()
      const second = await reload().open(LINE3)
      expect(second.saveState.get()).toEqual({ kind: 'readOnly', reason: 'Open in another tab.' })
      expect(() => second.append(Uint8Array.of(0, 0))).toThrow(
        expect.objectContaining({ code: 'storage/read-only' }),
      )

      writeRecord(doc, first, 'b', { n: 2 })
      const updates = await second.takeOver()
      expect(documentOf(updates)).toEqual({ a: { n: 1 }, b: { n: 2 } })
      expect(first.saveState.get()).toEqual({ kind: 'readOnly', reason: 'Another tab has taken over.' })
      expect(() => first.append(Uint8Array.of(0, 0))).toThrow(
        expect.objectContaining({ code: 'storage/read-only' }),
      )

      const merged = new Y.Doc()
      for (const update of updates) Y.applyUpdate(merged, update)
      writeRecord(merged, second, 'c', { n: 3 })
      await second.close()
      await first.close()
      expect(documentOf((await reload().open(LINE3)).updates)).toEqual({
        a: { n: 1 },
        b: { n: 2 },
        c: { n: 3 },
      })
    })

    test('closing lets the next opening write', async () => {
      const { storage, reload } = await create()
      await (await storage.open(LINE3)).close()

      expect((await reload().open(LINE3)).saveState.get().kind).toBe('saved')
    })

    test('projects are listed newest first, with their summaries', async () => {
      const { storage } = await create()
      const add = async (id: ProjectId, updatedAt: string): Promise<void> => {
        const project = await storage.open(id)
        writeRecord(new Y.Doc(), project, 'p', {})
        await project.updateSummary(summary({ updatedAt }))
        await project.close()
      }
      await add(idOf('project', 'old'), '2026-11-18T00:00:00.000Z')
      await add(idOf('project', 'new'), '2026-11-19T00:00:00.000Z')

      expect(await storage.list()).toEqual([
        { projectId: 'project:new', ...summary({ updatedAt: '2026-11-19T00:00:00.000Z' }) },
        { projectId: 'project:old', ...summary({ updatedAt: '2026-11-18T00:00:00.000Z' }) },
      ])
    })

    test('a removed project is gone, and an open one cannot be removed', async () => {
      const { storage } = await create()
      const project = await storage.open(LINE3)
      writeRecord(new Y.Doc(), project, 'a', {})
      await project.updateSummary(summary())
      await expect(storage.remove(LINE3)).rejects.toMatchObject({ code: 'storage/read-only' })
      await project.close()
      storage.saveView(LINE3, 'zoom 3')
      await storage.remove(LINE3)

      expect(await storage.list()).toEqual([])
      expect(storage.loadView(LINE3)).toBeNull()
      expect((await storage.open(LINE3)).updates).toEqual([])
    })

    test('bytes come back by their SHA-256, and stay their own', async () => {
      const { storage } = await create()
      const bytes = new TextEncoder().encode('abc')
      const hash = await storage.blobs.put(bytes)
      bytes[0] = 0

      // SHA-256 of "abc", FIPS 180-2 appendix B.1.
      expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
      expect(new TextDecoder().decode(await storage.blobs.get(hash))).toBe('abc')
      expect(await storage.blobs.has(hash)).toBe(true)
      await storage.blobs.delete(hash)
      expect(await storage.blobs.has(hash)).toBe(false)
    })

    test('a run keeps one checkpoint, the latest, until it is removed or its project is', async () => {
      const { storage, reload } = await create()
      const [first, second] = [idOf('run', 'first'), idOf('run', 'second')]
      const other = idOf('project', 'line34')
      const { checkpoints } = storage
      expect(await checkpoints.get(LINE3, first)).toBeNull()
      expect(await checkpoints.list(LINE3)).toEqual([])
      const bytes = Uint8Array.of(1, 2, 3)
      await checkpoints.put(LINE3, first, bytes)
      bytes[0] = 9
      expect(await checkpoints.get(LINE3, first)).toEqual(Uint8Array.of(1, 2, 3))
      await checkpoints.put(LINE3, first, Uint8Array.of(4, 5))
      await checkpoints.put(LINE3, second, Uint8Array.of(6))
      await checkpoints.put(other, first, Uint8Array.of(7))
      const again = reload().checkpoints
      expect(await again.get(LINE3, first)).toEqual(Uint8Array.of(4, 5))
      expect([...(await again.list(LINE3))].sort()).toEqual([first, second])
      await again.remove(LINE3, second)
      await again.remove(LINE3, second)
      expect(await again.list(LINE3)).toEqual([first])
      await storage.remove(LINE3)
      expect(await checkpoints.list(LINE3)).toEqual([])
      expect(await checkpoints.get(LINE3, first)).toBeNull()
      expect(await checkpoints.get(other, first)).toEqual(Uint8Array.of(7))
    })

    test('unknown bytes are reported as missing', async () => {
      const { storage } = await create()
      const unknown = '0'.repeat(64) as BlobHash

      expect(await storage.blobs.has(unknown)).toBe(false)
      await expect(storage.blobs.get(unknown)).rejects.toMatchObject({ code: 'data/missing-pixels' })
    })

    test('the view memory keeps one text per project', async () => {
      const { storage } = await create()
      storage.saveView(LINE3, 'zoom 2')
      storage.saveView(LINE3, 'zoom 3')

      expect(storage.loadView(LINE3)).toBe('zoom 3')
      expect(storage.loadView(idOf('project', 'other'))).toBeNull()
    })
  })
}

import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { idOf } from '../domain/records'
import { createFakeHost, type FakeHost } from './__fakes__/fakeHost'
import type { Schema } from './database'
import { createProjectStorage } from './projectStorage'
import { writeRecord } from './storageContract'

const LINE3 = idOf('project', 'line3')

const rawDatabase = (host: FakeHost) => openDB<Schema>(host.databaseName)

/** A closed project of one record. */
async function writeProject(host: FakeHost): Promise<void> {
  const project = await createProjectStorage(host).open(LINE3)
  writeRecord(new Y.Doc(), project, '0', {})
  await project.close()
}

const large = (fill: number) => new Uint8Array(70_000).fill(fill)

test('small ones are rows and large ones files; both are stored once', async () => {
  const host = createFakeHost()
  const { blobs } = createProjectStorage(host)
  for (let i = 0; i < 2; i++) {
    await blobs.put(Uint8Array.of(1, 2, 3))
    await blobs.put(large(1))
  }

  expect(host.directory.files.size).toBe(1)
  expect(await (await rawDatabase(host)).count('blobs')).toBe(1)
})

test('bytes that changed on the disk are never handed out', async () => {
  const host = createFakeHost()
  const { blobs } = createProjectStorage(host)
  const hash = await blobs.put(large(1))
  host.directory.files.set(`${hash.slice(0, 2)}/${hash}`, large(2))

  await expect(blobs.get(hash)).rejects.toMatchObject({ code: 'storage/damaged' })
})

test('a full disk names the size and fails only its own put', async () => {
  const host = createFakeHost()
  const { blobs } = createProjectStorage(host)
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  await expect(blobs.put(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
    code: 'storage/full',
    message: expect.stringContaining('Storing 3 bytes did not fit'),
  })
  put.mockRestore()
  const hash = await blobs.put(Uint8Array.of(4, 5))
  expect(await blobs.get(hash)).toEqual(Uint8Array.of(4, 5))
})

test('removing a project deletes its blobs, but none that another project or a snapshot names', async () => {
  const host = createFakeHost()
  const storage = createProjectStorage(host)
  const put = (bytes: Uint8Array) => storage.blobs.put(bytes)
  const shared = await put(large(1))
  const own = await put(large(2))
  const ownSmall = await put(Uint8Array.of(2))
  const remembered = await put(large(3))
  // A document of long ago, kept as a snapshot, is all that names `remembered`.
  const past = new Y.Doc()
  past.getMap('records').set('mask:old', { id: 'mask:old', type: 'mask', pixels: remembered })
  const snapshot = await put(Y.encodeStateAsUpdate(past))

  const doomed = await storage.open(idOf('project', 'doomed'))
  const doc = new Y.Doc()
  for (const pixels of [shared, own, ownSmall]) writeRecord(doc, doomed, `mask:${pixels}`, { pixels })
  await doomed.close()
  const stays = await storage.open(LINE3)
  const staysDoc = new Y.Doc()
  writeRecord(staysDoc, stays, 'mask:1', { pixels: shared })
  writeRecord(staysDoc, stays, 'snapshot:1', { id: 'snapshot:1', type: 'snapshot', document: snapshot })
  await stays.close()

  host.time = '2026-11-20T13:00:00.000Z'
  await storage.remove(idOf('project', 'doomed'))
  const left = await Promise.all(
    [shared, own, ownSmall, remembered, snapshot].map((h) => storage.blobs.has(h)),
  )
  expect(left).toEqual([true, false, false, true, true])
})

test('a blob just stored, which no record names yet, survives the removal of another project', async () => {
  const host = createFakeHost()
  const storage = createProjectStorage(host)
  await writeProject(host)
  const fresh = await storage.blobs.put(large(1))
  await storage.remove(LINE3)

  expect(await storage.blobs.has(fresh)).toBe(true)
})

test('nothing is swept while another tab is at work; once a day the list does it', async () => {
  const host = createFakeHost()
  const storage = createProjectStorage(host)
  await writeProject(host)
  const other = createProjectStorage(host)
  const busy = await other.open(idOf('project', 'busy'))
  const orphan = await storage.blobs.put(large(1))
  host.time = '2026-11-20T13:00:00.000Z'
  await storage.remove(LINE3)
  expect(await storage.blobs.has(orphan)).toBe(true)

  await busy.close()
  host.time = '2026-11-21T08:00:00.000Z'
  await storage.list()
  await vi.waitFor(async () => expect(await storage.blobs.has(orphan)).toBe(false))
})

test('the sweep keeps everything when a project cannot be read', async () => {
  const host = createFakeHost()
  const storage = createProjectStorage(host)
  const orphan = await storage.blobs.put(large(1))
  const project = await storage.open(LINE3)
  writeRecord(new Y.Doc(), project, 'snapshot:1', { id: 'snapshot:1', type: 'snapshot', document: orphan })
  await project.close()
  const database = await rawDatabase(host)
  const entry = await database.get('log', [LINE3, 0])
  await database.put('log', { ...entry!, bytes: new TextEncoder().encode('snapshot: no update at all') })
  host.time = '2026-11-20T13:00:00.000Z'
  const gone = await storage.open(idOf('project', 'gone'))
  await gone.close()

  await storage.remove(idOf('project', 'gone'))
  expect(await storage.blobs.has(orphan)).toBe(true)
})

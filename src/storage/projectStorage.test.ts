import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { idOf } from '../domain/records'
import type { OpenProject } from '../ports/projectStorage'
import { createFakeHost, type FakeHost } from './__fakes__/fakeHost'
import { LOG_FORMAT, type LogEntry, type Schema } from './database'
import { createProjectStorage } from './projectStorage'
import { describeProjectStorage, documentOf, writeRecord } from './storageContract'

describeProjectStorage('browser storage', async () => {
  const host = createFakeHost()
  return { storage: createProjectStorage(host), reload: () => createProjectStorage(host) }
})

describeProjectStorage('browser storage without a private file system', async () => {
  const host = createFakeHost({ folder: null, checkpointFolder: null })
  return { storage: createProjectStorage(host), reload: () => createProjectStorage(host) }
})

const LINE3 = idOf('project', 'line3')
const noRetry = { retryMs: 60_000 }

/** The database as an outsider sees it, to damage and to inspect. */
const rawDatabase = (host: FakeHost) => openDB<Schema>(host.databaseName)

async function changeEntry(host: FakeHost, sequence: number, change: Partial<LogEntry>): Promise<void> {
  const database = await rawDatabase(host)
  const entry = await database.get('log', [LINE3, sequence])
  if (entry === undefined) throw new Error(`no entry ${sequence}`)
  await database.put('log', { ...entry, ...change })
  database.close()
}

/** A closed project whose log holds the records '0', '1', ..., one update each. */
async function writeProject(host: FakeHost, count: number): Promise<Y.Doc> {
  const project = await createProjectStorage(host).open(LINE3)
  const doc = new Y.Doc()
  for (let i = 0; i < count; i++) writeRecord(doc, project, `${i}`, { i })
  await project.close()
  return doc
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
const reopen = (host: FakeHost): Promise<OpenProject> => createProjectStorage(host).open(LINE3)

describe('when a write fails', () => {
  afterEach(() => void vi.restoreAllMocks())

  test('a full disk is told, the work is kept, and saved as soon as there is room', async () => {
    const host = createFakeHost(noRetry)
    const project = await reopen(host)
    const doc = new Y.Doc()
    writeRecord(doc, project, 'a', { n: 1 })
    await project.flush()
    // The entry itself is asked for first, so a transaction that is not aborted would keep half of the write.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    host.time = '2026-11-20T14:02:00.000Z'
    writeRecord(doc, project, 'b', { n: 2 })
    await expect(project.flush()).rejects.toMatchObject({ code: 'storage/full' })
    expect(project.saveState.get()).toEqual({
      kind: 'notSaved',
      since: '2026-11-20T14:02:00.000Z',
      reason: expect.stringMatching(/storage is full: Saving \d+ bytes of the project did not fit/),
    })
    await expect(project.close()).rejects.toMatchObject({ code: 'storage/full' })

    vi.restoreAllMocks()
    expect(await (await rawDatabase(host)).count('log')).toBe(1)
    writeRecord(doc, project, 'c', { n: 3 })
    await project.close()
    expect(documentOf((await reopen(host)).updates)).toEqual({ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } })
  })

  test('a commit that fails is not mistaken for a cancelled job, and leaves half a batch nowhere', async () => {
    const host = createFakeHost(noRetry)
    const project = await reopen(host)
    const doc = new Y.Doc()
    writeRecord(doc, project, 'a', { n: 1 })
    await project.flush()
    // oxlint-disable-next-line typescript/unbound-method -- called with its object below
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      const request = key === undefined ? put.call(this, value) : put.call(this, value, key)
      this.transaction.abort()
      return request
    })
    writeRecord(doc, project, 'b', { n: 2 })
    writeRecord(doc, project, 'c', { n: 3 })

    await expect(project.flush()).rejects.toMatchObject({ name: 'AppError', code: 'storage/write-failed' })
    expect(project.saveState.get().kind).toBe('notSaved')
    expect(await (await rawDatabase(host)).count('log')).toBe(1)
  })

  test('a connection that the browser closed is opened again', async () => {
    const host = createFakeHost()
    const project = await reopen(host)
    const doc = new Y.Doc()
    // oxlint-disable-next-line typescript/unbound-method -- called with its object below
    const transaction = IDBDatabase.prototype.transaction
    const used = new Set<IDBDatabase>()
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...request
    ) {
      const [first] = used.add(this)
      if (this === first) throw new DOMException('the connection is closing', 'InvalidStateError')
      return transaction.apply(this, request)
    })
    writeRecord(doc, project, 'a', { n: 1 })
    await vi.waitFor(() => expect(project.saveState.get().kind).toBe('saved'))

    await project.close()
    expect(documentOf((await reopen(host)).updates)).toEqual({ a: { n: 1 } })
  })

  test('hiding the page tries at once instead of waiting for the next retry', async () => {
    const host = createFakeHost(noRetry)
    const project = await reopen(host)
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    writeRecord(new Y.Doc(), project, 'a', { n: 1 })
    await vi.waitFor(() => expect(project.saveState.get().kind).toBe('notSaved'))
    vi.restoreAllMocks()
    host.page.dispatchEvent(new Event('pagehide'))

    await vi.waitFor(() => expect(project.saveState.get().kind).toBe('saved'))
  })
})

describe('when the log is damaged', () => {
  const garbage = { bytes: Uint8Array.of(1, 2, 3) }

  test('it opens up to the damage, says so, keeps the damaged bytes and goes on from there', async () => {
    const host = createFakeHost()
    await writeProject(host, 5)
    await changeEntry(host, 3, garbage)
    const project = await reopen(host)

    expect(documentOf(project.updates)).toEqual({ 0: { i: 0 }, 1: { i: 1 }, 2: { i: 2 } })
    expect(project.damage).toEqual({
      lostUpdates: 2,
      openedUpTo: '2026-11-20T12:00:00.000Z',
      message: '2 later changes could not be read. The damaged data is kept aside.',
    })
    const aside = await (await rawDatabase(host)).getAll('damaged')
    expect(aside.map(({ entry }) => (entry as LogEntry).sequence)).toEqual([3, 4])
    expect(aside[0]).toMatchObject({ projectId: LINE3, entry: garbage })

    writeRecord(new Y.Doc(), project, 'new', { n: 1 })
    await project.close()
    const again = await reopen(host)
    expect(again.damage).toBeNull()
    expect(Object.keys(documentOf(again.updates))).toEqual(['0', '1', '2', 'new'])
  })

  test('a log that lost its end or its middle shows it', async () => {
    const host = createFakeHost()
    await writeProject(host, 5)
    const database = await rawDatabase(host)
    await database.delete('log', [LINE3, 4])
    const first = await reopen(host)
    expect(first.damage?.lostUpdates).toBe(1)
    await first.close()
    await database.delete('log', [LINE3, 1])
    const second = await reopen(host)
    expect(second.damage?.lostUpdates).toBe(3)
    expect(documentOf(second.updates)).toEqual({ 0: { i: 0 } })
  })

  test('nothing readable: it refuses, touches nothing, and opens no empty project over it', async () => {
    const host = createFakeHost()
    await writeProject(host, 2)
    await changeEntry(host, 0, garbage)
    const before = await (await rawDatabase(host)).getAll('log')

    await expect(reopen(host)).rejects.toMatchObject({ code: 'storage/damaged' })
    expect(await (await rawDatabase(host)).getAll('log')).toEqual(before)
    await changeEntry(host, 0, { bytes: before[1]!.bytes, checksum: before[1]!.checksum })
    const { damage } = await reopen(host)
    expect(damage).toBeNull()
  })

  test('a log that vanished is refused too', async () => {
    const host = createFakeHost()
    await writeProject(host, 2)
    await (await rawDatabase(host)).clear('log')

    await expect(reopen(host)).rejects.toMatchObject({ code: 'storage/damaged' })
  })

  test('a damaged snapshot costs nothing: the changes before it are still there', async () => {
    const host = createFakeHost()
    const doc = new Y.Doc()
    const project = await reopen(host)
    for (const generation of [0, 1]) {
      for (let i = 0; i < 3; i++) writeRecord(doc, project, `${generation}.${i}`, { i })
      await project.compact(Y.encodeStateAsUpdate(doc))
    }
    writeRecord(doc, project, 'last', { i: 9 })
    await project.close()
    // Entries: 0-2, snapshot 3, 4-6, snapshot 7, 8. Pruning has dropped 0-2.
    const database = await rawDatabase(host)
    expect((await database.getAllKeys('log')).map(([, sequence]) => sequence)).toEqual([3, 4, 5, 6, 7, 8])
    await changeEntry(host, 7, garbage)

    for (const lost of [0, undefined]) {
      const again = await reopen(host)
      expect(documentOf(again.updates)).toEqual(doc.getMap('records').toJSON())
      expect(again.damage?.lostUpdates).toBe(lost)
      await again.close()
    }
    expect(await database.count('damaged')).toBe(1)
  })

  test('a tab that only looks reads what it can and repairs nothing', async () => {
    const host = createFakeHost()
    const writer = await reopen(host)
    const doc = new Y.Doc()
    for (const id of ['a', 'b']) writeRecord(doc, writer, id, {})
    await writer.flush()
    await changeEntry(host, 1, garbage)
    const reader = await reopen(host)

    expect(reader.damage?.lostUpdates).toBe(1)
    expect(await (await rawDatabase(host)).count('log')).toBe(2)
  })
})

describe('when it comes from a newer release', () => {
  test('a log of a later format is refused and left untouched', async () => {
    const host = createFakeHost()
    await writeProject(host, 2)
    await changeEntry(host, 1, { format: LOG_FORMAT + 1 })
    const before = await (await rawDatabase(host)).getAll('log')

    await expect(reopen(host)).rejects.toMatchObject({ code: 'storage/project-too-new' })
    expect(await (await rawDatabase(host)).getAll('log')).toEqual(before)
  })

  test('a database of a later version is refused', async () => {
    const host = createFakeHost()
    ;(await openDB(host.databaseName, 99)).close()

    await expect(createProjectStorage(host).list()).rejects.toMatchObject({ code: 'storage/project-too-new' })
  })

  test('no database at all is told apart: the caller may fall back to memory', async () => {
    const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError')
    })
    await expect(createProjectStorage(createFakeHost()).list()).rejects.toMatchObject({
      code: 'storage/unavailable',
    })
    open.mockRestore()
  })
})

describe('with several tabs', () => {
  test('a frozen tab that wakes up adds its work and overwrites nothing', async () => {
    const host = createFakeHost(noRetry)
    const deaf = { ...host, channel: () => ({ onmessage: null, postMessage: () => {}, close: () => {} }) }
    const frozen = await createProjectStorage(deaf).open(LINE3)
    const frozenDoc = new Y.Doc()
    writeRecord(frozenDoc, frozen, 'early', {})
    await frozen.flush()
    const thief = await reopen(host)
    const thiefDoc = new Y.Doc()
    const isStuck = (entry: LogEntry): boolean => textOf(entry.bytes).includes('unsaved')
    // oxlint-disable-next-line typescript/unbound-method -- called with its object below
    const add = IDBObjectStore.prototype.add
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
      this: IDBObjectStore,
      entry: LogEntry,
    ) {
      if (isStuck(entry)) throw new DOMException('frozen', 'UnknownError')
      return add.call(this, entry)
    })
    writeRecord(frozenDoc, frozen, 'unsaved', {})
    await expect(frozen.flush()).rejects.toMatchObject({ code: 'storage/write-failed' })
    for (const loaded of await thief.takeOver()) Y.applyUpdate(thiefDoc, loaded)
    writeRecord(thiefDoc, thief, 'theirs', {})
    await thief.flush()
    vi.restoreAllMocks()
    await frozen.flush()
    // The thief's snapshot lacks what the frozen tab wrote after it had read the log: it must not stand for it.
    await thief.compact(Y.encodeStateAsUpdate(thiefDoc))
    await thief.close()

    expect(frozen.saveState.get().kind).toBe('readOnly')
    const { updates } = await reopen(host)
    expect(Object.keys(documentOf(updates)).toSorted()).toEqual(['early', 'theirs', 'unsaved'])
  })

  test('a project whose summary was never written is listed all the same', async () => {
    const host = createFakeHost()
    await writeProject(host, 1)

    expect(await createProjectStorage(host).list()).toEqual([
      expect.objectContaining({
        projectId: LINE3,
        name: 'Unnamed project',
        createdAt: '2026-11-20T12:00:00.000Z',
      }),
    ])
  })
})

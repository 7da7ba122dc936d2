import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { expect, test } from 'vitest'
import { idOf, type BlobHash } from '../domain/records'
import { createFakeHost } from './__fakes__/fakeHost'
import { createProjectStorage } from './projectStorage'

const PROJECT = idOf('project', 'line3')
const RUN = idOf('run', '1')

test('a full disk names the checkpoint, and the former one stays readable', async () => {
  const host = createFakeHost()
  const { checkpoints } = createProjectStorage(host)
  await checkpoints.put(PROJECT, RUN, Uint8Array.of(1, 2))
  host.checkpointDirectory.failWrites = 'QuotaExceededError'
  await expect(checkpoints.put(PROJECT, RUN, new Uint8Array(3_000_000))).rejects.toMatchObject({
    code: 'storage/full',
    message: expect.stringContaining('a checkpoint of 3.0 MB') as unknown,
  })
  expect(await checkpoints.get(PROJECT, RUN)).toEqual(Uint8Array.of(1, 2))
  host.checkpointDirectory.failWrites = null
  await checkpoints.put(PROJECT, RUN, Uint8Array.of(3))
  expect(await checkpoints.get(PROJECT, RUN)).toEqual(Uint8Array.of(3))
})

test('an empty file, which a crash leaves of the first write, counts as none', async () => {
  const host = createFakeHost()
  const { checkpoints } = createProjectStorage(host)
  await checkpoints.put(PROJECT, RUN, Uint8Array.of(1))
  for (const path of host.checkpointDirectory.files.keys())
    host.checkpointDirectory.files.set(path, new Uint8Array(0))
  expect(await checkpoints.get(PROJECT, RUN)).toBeNull()
})

test('a database from before checkpoints keeps all it has, and takes checkpoints', async () => {
  const host = createFakeHost({ folder: null, checkpointFolder: null })
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' as BlobHash
  const former = await openDB(host.databaseName, 1, {
    upgrade: (database) => {
      database.createObjectStore('projects', { keyPath: 'projectId' })
      database.createObjectStore('log', { keyPath: ['projectId', 'sequence'] })
      database.createObjectStore('heads', { keyPath: 'projectId' })
      database.createObjectStore('damaged', { autoIncrement: true }).createIndex('byProject', 'projectId')
      database.createObjectStore('blobs')
    },
  })
  await former.put('blobs', new TextEncoder().encode('abc'), hash)
  former.close()
  const storage = createProjectStorage(host)
  expect(new TextDecoder().decode(await storage.blobs.get(hash))).toBe('abc')
  await storage.checkpoints.put(PROJECT, RUN, Uint8Array.of(7))
  expect(await storage.checkpoints.get(PROJECT, RUN)).toEqual(Uint8Array.of(7))
})

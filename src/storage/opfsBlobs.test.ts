import { expect, test } from 'vitest'
import type { BlobHash } from '../domain/records'
import { createFakeDirectory } from './__fakes__/fakeDirectory'
import { createOpfsBlobs } from './opfsBlobs'

const HASH = 'ab'.repeat(32) as BlobHash
const BYTES = new Uint8Array(100_000).fill(7)

test('a full disk names the bytes and the remedy, and leaves nothing behind', async () => {
  const directory = createFakeDirectory()
  const blobs = createOpfsBlobs(directory.handle)
  directory.failWrites = 'QuotaExceededError'

  await expect(blobs.put(HASH, BYTES)).rejects.toMatchObject({
    code: 'storage/full',
    message: expect.stringMatching(/100\.0 kB did not fit.*Delete a project or free space/),
  })
  expect(directory.files.size).toBe(0)
  directory.failWrites = null
  await blobs.put(HASH, BYTES)
  expect(await blobs.get(HASH)).toEqual(BYTES)
})

test('a write that comes out short is a failure, not a file', async () => {
  const directory = createFakeDirectory()
  const blobs = createOpfsBlobs(directory.handle)
  directory.truncateTo = 10

  await expect(blobs.put(HASH, BYTES)).rejects.toMatchObject({ code: 'storage/write-failed' })
  expect(await blobs.has(HASH)).toBe(false)
})

test('the empty file of a crash counts as absent and is written again', async () => {
  const directory = createFakeDirectory()
  const blobs = createOpfsBlobs(directory.handle)
  await blobs.put(HASH, BYTES)
  directory.files.set(`ab/${HASH}`, new Uint8Array(0))

  expect(await blobs.has(HASH)).toBe(false)
  expect(await blobs.get(HASH)).toBeNull()
  await blobs.put(HASH, BYTES)
  expect(await blobs.get(HASH)).toEqual(BYTES)
})

test('equal bytes are written once', async () => {
  const directory = createFakeDirectory()
  const blobs = createOpfsBlobs(directory.handle)
  await blobs.put(HASH, BYTES)
  directory.failWrites = 'InvalidStateError'

  await expect(blobs.put(HASH, BYTES)).resolves.toBeUndefined()
})

test('lists what is there and deletes what is named', async () => {
  const blobs = createOpfsBlobs(createFakeDirectory().handle)
  const other = 'cd'.repeat(32) as BlobHash
  await blobs.put(HASH, BYTES)
  await blobs.put(other, BYTES)
  expect(await blobs.list()).toEqual([HASH, other])

  await blobs.delete([HASH, HASH, 'ef'.repeat(32) as BlobHash])
  expect(await blobs.list()).toEqual([other])
})

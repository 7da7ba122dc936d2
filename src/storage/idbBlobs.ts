import type { BlobHash } from '../domain/records'
import type { BlobPlace } from './blobPlace'
import { requestAll, writeStrictly, type Database } from './database'
import { sizeText } from './storageError'

/**
 * Blobs in IndexedDB. Puts that arrive while a transaction is on its way share the next one: thousands of small masks
 * of an import cost a few strict commits instead of thousands.
 */
export function createIdbBlobs(database: Database): BlobPlace {
  let waiting = new Map<BlobHash, Uint8Array>()
  let next: Promise<void> | null = null
  let tail: Promise<unknown> = Promise.resolve()

  const write = async (): Promise<void> => {
    const batch = waiting
    waiting = new Map()
    next = null
    const byteCount = [...batch.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0)
    await database.run(`Storing ${sizeText(byteCount)}`, (connection) =>
      writeStrictly(connection, ['blobs'], async (transaction) => {
        const store = transaction.objectStore('blobs')
        await requestAll(
          [...batch].map(
            ([hash, bytes]) =>
              () =>
                store.put(bytes.slice(), hash),
          ),
        )
      }),
    )
  }

  return {
    put: (hash, bytes) => {
      waiting.set(hash, bytes)
      if (next === null) {
        // After the former transaction, whether or not it failed: its callers have heard of that.
        next = tail.then(write)
        tail = next.catch(() => undefined)
      }
      return next
    },
    get: async (hash) =>
      (await database.run('Reading stored bytes', (connection) => connection.get('blobs', hash))) ?? null,
    has: async (hash) =>
      (await database.run('Looking for stored bytes', (connection) => connection.getKey('blobs', hash))) !==
      undefined,
    delete: (hashes) =>
      database.run('Deleting stored bytes', (connection) =>
        writeStrictly(connection, ['blobs'], async (transaction) => {
          await requestAll(hashes.map((hash) => () => transaction.objectStore('blobs').delete(hash)))
        }),
      ),
    list: () => database.run('Listing stored bytes', (connection) => connection.getAllKeys('blobs')),
  }
}

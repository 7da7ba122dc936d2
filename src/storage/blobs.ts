import { AppError } from '../core/errors'
import type { BlobHash } from '../domain/records'
import type { BlobStore } from '../ports/blobStore'
import type { BlobPlace } from './blobPlace'
import { sha256 } from './sha256'

/**
 * Below this size a row of IndexedDB is cheaper than a file: masks are a few hundred bytes and come in thousands,
 * while pictures are written and read faster as files (about 4 against 7 ms a megabyte).
 */
const SMALL_BLOB_BYTES = 64 * 1024

export interface Blobs extends BlobStore {
  list(): Promise<readonly BlobHash[]>
  deleteAll(hashes: readonly BlobHash[]): Promise<void>
  /** Put a short while ago, so a record may be about to name it. */
  isFresh(hash: BlobHash): boolean
}

/** How long after its put a blob may wait for the record that names it. */
const FRESH_MS = 10 * 60 * 1000

/** Bytes by their SHA-256, shared by all projects. `large` is null where there is no private file system. */
export function createBlobs(options: {
  readonly small: BlobPlace
  readonly large: BlobPlace | null
  readonly now: () => string
}): Blobs {
  const { small, large } = options
  const places = large === null ? [small] : [small, large]
  const putAt = new Map<BlobHash, number>()
  const nowMs = (): number => Date.parse(options.now())

  const deleteAll = async (hashes: readonly BlobHash[]): Promise<void> => {
    for (const place of places) await place.delete(hashes)
  }

  return {
    isFresh: (hash) => nowMs() - (putAt.get(hash) ?? Number.NEGATIVE_INFINITY) < FRESH_MS,
    put: async (bytes) => {
      const hash = (await sha256(bytes)) as BlobHash
      putAt.set(hash, nowMs())
      const place = bytes.byteLength >= SMALL_BLOB_BYTES ? (large ?? small) : small
      await place.put(hash, bytes)
      return hash
    },
    get: async (hash) => {
      for (const place of places) {
        const bytes = await place.get(hash)
        if (bytes === null) continue
        if ((await sha256(bytes)) === hash) return bytes
        throw new AppError(
          'storage/damaged',
          `The stored bytes ${hash.slice(0, 12)} have changed on the disk.`,
        )
      }
      throw new AppError(
        'data/missing-pixels',
        `The bytes ${hash.slice(0, 12)} are not in this browser's storage.`,
      )
    },
    has: async (hash) => {
      for (const place of places) if (await place.has(hash)) return true
      return false
    },
    delete: (hash) => deleteAll([hash]),
    list: async () => (await Promise.all(places.map((place) => place.list()))).flat(),
    deleteAll,
  }
}

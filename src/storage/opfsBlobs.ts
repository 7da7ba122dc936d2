import { AppError } from '../core/errors'
import type { BlobHash } from '../domain/records'
import type { BlobPlace } from './blobPlace'
import { nameOf, sizeText, storageError } from './storageError'

/**
 * Blobs as files of the origin's private file system, named by their hash, in one folder per first two digits.
 * `createWritable` writes into a file beside it and swaps on close, so a reader sees all bytes or none; what a crash
 * can leave is an empty file, which counts as absent.
 */
export function createOpfsBlobs(root: FileSystemDirectoryHandle): BlobPlace {
  const folderOf = (hash: BlobHash, create: boolean): Promise<FileSystemDirectoryHandle> =>
    root.getDirectoryHandle(hash.slice(0, 2), { create })

  /** Null when there is no such file, or only the empty one of an unfinished write. */
  const fileOf = async (hash: BlobHash): Promise<File | null> => {
    try {
      const handle = await (await folderOf(hash, false)).getFileHandle(hash)
      const file = await handle.getFile()
      return file.size > 0 ? file : null
    } catch (error) {
      if (nameOf(error) === 'NotFoundError') return null
      throw storageError(error, 'Reading a stored file')
    }
  }

  const write = async (hash: BlobHash, bytes: Uint8Array): Promise<void> => {
    const handle = await (await folderOf(hash, true)).getFileHandle(hash, { create: true })
    const stream = await handle.createWritable()
    try {
      await stream.write(bytes.slice())
      await stream.close()
    } catch (error) {
      // After a failed write the stream is closed already and refuses; the failure to report is the first one.
      await stream.abort().catch(() => undefined)
      throw error
    }
  }

  return {
    put: async (hash, bytes) => {
      if ((await fileOf(hash))?.size === bytes.byteLength) return
      try {
        await write(hash, bytes)
      } catch (error) {
        await removeFile(root, hash)
        throw storageError(error, `Storing ${sizeText(bytes.byteLength)}`)
      }
      if ((await fileOf(hash))?.size !== bytes.byteLength) {
        await removeFile(root, hash)
        throw new AppError(
          'storage/write-failed',
          `Storing ${sizeText(bytes.byteLength)} left an incomplete file.`,
        )
      }
    },
    get: async (hash) => {
      const file = await fileOf(hash)
      return file === null ? null : new Uint8Array(await file.arrayBuffer())
    },
    has: async (hash) => (await fileOf(hash)) !== null,
    delete: async (hashes) => {
      for (const hash of hashes) await removeFile(root, hash)
    },
    list: async () => {
      const hashes: BlobHash[] = []
      for await (const folder of root.values()) {
        if (folder.kind !== 'directory') continue
        for await (const name of folder.keys()) if (isHash(name)) hashes.push(name)
      }
      return hashes
    },
  }
}

async function removeFile(root: FileSystemDirectoryHandle, hash: BlobHash): Promise<void> {
  try {
    const folder = await root.getDirectoryHandle(hash.slice(0, 2))
    await folder.removeEntry(hash)
  } catch (error) {
    if (nameOf(error) !== 'NotFoundError') throw storageError(error, 'Deleting a stored file')
  }
}

function isHash(name: string): name is BlobHash {
  return /^[0-9a-f]{64}$/.test(name)
}

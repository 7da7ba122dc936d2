import { AppError } from '../core/errors'
import type { BlobHash } from '../domain/records'
import type { BlobPlace } from './blobPlace'
import { nameOf, sizeText, storageError } from './storageError'
import { writeWhole } from './writeWhole'

/**
 * Blobs as files of the origin's private file system, named by their hash, in one folder per first two digits.
 * An empty file, which a crash can leave, counts as absent.
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

  return {
    put: async (hash, bytes) => {
      if ((await fileOf(hash))?.size === bytes.byteLength) return
      try {
        await writeWhole(await folderOf(hash, true), hash, bytes)
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

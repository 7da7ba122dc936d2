import { PART_ENDING } from './modelFolder'
import type { PartFiles } from './partFiles'

/** What a worker may do with a file of the private file system; the page's types know neither. */
type WorkerFileHandle = FileSystemFileHandle & {
  createSyncAccessHandle(): Promise<{
    getSize(): number
    read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number
    /** The bytes that were taken, which may be fewer. */
    write(from: Uint8Array<ArrayBuffer>, options: { at: number }): number
    truncate(size: number): void
    flush(): void
    close(): void
  }>
  /** Renames, over a file of that name if there is one. */
  move?(name: string): Promise<void>
}

/**
 * Downloads in the private file system. Only a worker may open a file for appending (`createSyncAccessHandle`); the
 * page's way, `createWritable`, would copy all that is there at every resume.
 */
export function createOpfsPartFiles(directory: FileSystemDirectoryHandle): PartFiles {
  const partOf = (sha256: string): string => `${sha256}${PART_ENDING}`
  return {
    has: async (sha256, bytes) => {
      try {
        return (await (await directory.getFileHandle(sha256)).getFile()).size === bytes
      } catch (error) {
        if (isNotFound(error)) return false
        throw error
      }
    },
    open: async (sha256) => {
      const handle = (await directory.getFileHandle(partOf(sha256), { create: true })) as WorkerFileHandle
      const access = await handle.createSyncAccessHandle()
      return {
        size: () => access.getSize(),
        append: (chunk) => {
          const at = access.getSize()
          const written = access.write(chunk, { at })
          // Chromium throws nothing on a full disk: it takes a part of the chunk, or answers with an error number as if
          // it were a length (4294967288, which is -8).
          if (written !== chunk.length)
            throw new DOMException('the disk took a part only', 'QuotaExceededError')
        },
        truncate: () => access.truncate(0),
        bytes: () => {
          const all = new Uint8Array(access.getSize())
          access.read(all, { at: 0 })
          return all
        },
        close: () => {
          access.flush()
          access.close()
        },
      }
    },
    commit: async (sha256) => {
      const handle = (await directory.getFileHandle(partOf(sha256))) as WorkerFileHandle
      if (handle.move === undefined)
        throw new Error('this browser cannot rename files of its private file system')
      await handle.move(sha256)
      return null
    },
    discard: async (sha256) => {
      try {
        await directory.removeEntry(partOf(sha256))
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}

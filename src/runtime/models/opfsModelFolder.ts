import type { ModelFolder } from './modelFolder'
import { modelStorageError } from './modelStorageError'

const FOLDER = 'models'

/** The folder of the models in the origin's private file system; null where the browser has none. Page and worker. */
export async function openModelDirectory(): Promise<FileSystemDirectoryHandle | null> {
  const storage = navigator.storage as StorageManager | undefined
  if (storage?.getDirectory === undefined) return null
  try {
    return await (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

/** A write goes to a copy that is swapped in at the end (`createWritable`), so a closing tab leaves no half file. */
export function createOpfsModelFolder(directory: FileSystemDirectoryHandle): ModelFolder {
  return {
    isDurable: true,
    list: async () => {
      const files = new Map<string, number>()
      for await (const handle of directory.values()) {
        if (handle.kind !== 'file' || handle.name.endsWith('.crswap')) continue
        files.set(handle.name, (await (handle as FileSystemFileHandle).getFile()).size)
      }
      return files
    },
    read: async (name) => {
      try {
        return await (await directory.getFileHandle(name)).getFile()
      } catch (error) {
        if (isNotFound(error)) return null
        throw modelStorageError(error, name)
      }
    },
    write: async (name, data) => {
      try {
        const stream = await (await directory.getFileHandle(name, { create: true })).createWritable()
        await data.stream().pipeTo(stream)
      } catch (error) {
        const kept = modelStorageError(error, name)
        await directory.removeEntry(name).catch((left: unknown) => {
          if (!isNotFound(left)) throw new AggregateError([kept, left], kept.message)
        })
        throw kept
      }
    },
    remove: async (name) => {
      try {
        await directory.removeEntry(name)
      } catch (error) {
        if (!isNotFound(error)) throw modelStorageError(error, name)
      }
    },
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}

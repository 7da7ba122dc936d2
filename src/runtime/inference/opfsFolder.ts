import type { CacheFolder } from './cacheFolder'

/**
 * A folder of the origin's private file system. A write goes to a temporary file and is swapped in at the end, so
 * a closing tab leaves no half file. Null where the browser has no such file system (private windows, plain http).
 */
export async function openOpfsFolder(folderName: string): Promise<CacheFolder | null> {
  const storage = navigator.storage as StorageManager | undefined
  if (storage?.getDirectory === undefined || !('createWritable' in FileSystemFileHandle.prototype))
    return null
  let folder: FileSystemDirectoryHandle
  try {
    folder = await (await storage.getDirectory()).getDirectoryHandle(folderName, { create: true })
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
  return {
    list: async () => {
      const files: { name: string; bytes: number; at: number }[] = []
      for await (const handle of folder.values()) {
        if (handle.kind !== 'file') continue
        const file = await (handle as FileSystemFileHandle).getFile()
        files.push({ name: handle.name, bytes: file.size, at: file.lastModified })
      }
      return files.sort((a, b) => a.at - b.at).map(({ name, bytes }) => ({ name, bytes }))
    },
    read: (name) =>
      softly(null, async () => {
        const file = await (await folder.getFileHandle(name)).getFile()
        return new Uint8Array(await file.arrayBuffer())
      }),
    write: (name, bytes) =>
      softly(false, async () => {
        const handle = await folder.getFileHandle(name, { create: true })
        const stream = await handle.createWritable()
        try {
          await stream.write(bytes)
          await stream.close()
        } catch (error) {
          await softly(undefined, () => stream.abort())
          await softly(undefined, () => folder.removeEntry(name))
          throw error
        }
        return true
      }),
    remove: (name) => softly(undefined, () => folder.removeEntry(name)),
  }
}

/** Runs a step on the disk; a refusal of the browser (absent, locked by another tab, no room) gives `otherwise`. */
async function softly<T>(otherwise: T, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof DOMException) return otherwise
    throw error
  }
}

/** A flat folder of files, as the feature cache needs it. OPFS in the worker, memory in tests and private windows. */
export interface CacheFolder {
  /** Oldest write first. */
  list(): Promise<readonly { readonly name: string; readonly bytes: number }[]>
  /** Null when there is no such file, or it cannot be read now. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>
  /** False when there is no room; then nothing of the file stays. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>
  remove(name: string): Promise<void>
}

export function createMemoryFolder(roomBytes = Infinity): CacheFolder {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const used = (): number => [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  return {
    list: () => Promise.resolve([...files].map(([name, bytes]) => ({ name, bytes: bytes.length }))),
    read: (name) => Promise.resolve(files.get(name) ?? null),
    write: (name, bytes) => {
      files.delete(name)
      if (used() + bytes.length > roomBytes) return Promise.resolve(false)
      files.set(name, bytes)
      return Promise.resolve(true)
    },
    remove: (name) => {
      files.delete(name)
      return Promise.resolve()
    },
  }
}

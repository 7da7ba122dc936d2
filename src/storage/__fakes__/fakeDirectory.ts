/** What a test can do to a fake directory beside using it. */
export interface FakeDirectory {
  readonly handle: FileSystemDirectoryHandle
  /** Paths such as `ab/abcd…` with their bytes. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>
  /** Makes each of the next writes fail with an error of this name, until it is set back to null. */
  failWrites: 'QuotaExceededError' | 'InvalidStateError' | null
  /** Leaves only the first bytes of what is written, as a lying disk would. */
  truncateTo: number | null
}

/**
 * The part of the origin's private file system that `opfsBlobs.ts` uses, in memory: a written file appears, whole, when
 * its stream is closed, and creating one first leaves it empty, as the standard says.
 */
export function createFakeDirectory(): FakeDirectory {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const folders = new Set<string>()
  const directory: FakeDirectory = { handle: null as never, files, failWrites: null, truncateTo: null }

  const fileHandle = (path: string) => ({
    kind: 'file',
    getFile: async () => new File([files.get(path) ?? notFound()], path),
    createWritable: async () => {
      const chunks: Uint8Array<ArrayBuffer>[] = []
      return {
        write: async (bytes: Uint8Array<ArrayBuffer>) => {
          if (directory.failWrites !== null) throw new DOMException('the write failed', directory.failWrites)
          chunks.push(bytes.slice())
        },
        close: async () => {
          const whole = new Uint8Array(await new Blob(chunks).arrayBuffer())
          files.set(path, directory.truncateTo === null ? whole : whole.slice(0, directory.truncateTo))
        },
        abort: async () => {},
      }
    },
  })

  const directoryHandle = (prefix: string): unknown => ({
    kind: 'directory',
    getDirectoryHandle: async (name: string, options?: { create?: boolean }) => {
      if (!folders.has(prefix + name)) {
        if (!options?.create) notFound()
        folders.add(prefix + name)
      }
      return directoryHandle(`${prefix}${name}/`)
    },
    getFileHandle: async (name: string, options?: { create?: boolean }) => {
      if (!files.has(prefix + name)) {
        if (!options?.create) notFound()
        files.set(prefix + name, new Uint8Array(0))
      }
      return fileHandle(prefix + name)
    },
    removeEntry: async (name: string) => {
      if (!files.delete(prefix + name)) notFound()
    },
    async *values() {
      for (const name of folders) if (prefix === '') yield directoryHandle(`${name}/`)
    },
    async *keys() {
      for (const path of files.keys()) if (path.startsWith(prefix)) yield path.slice(prefix.length)
    },
  })

  return Object.assign(directory, { handle: directoryHandle('') as FileSystemDirectoryHandle })
}

function notFound(): never {
  throw new DOMException('no such entry', 'NotFoundError')
}

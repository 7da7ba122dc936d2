/** A download that grows: bytes are appended until the file is whole, and it is kept when the download ends early. */
export interface PartFile {
  /** Bytes that are here. */
  size(): number
  append(chunk: Uint8Array<ArrayBuffer>): void
  truncate(): void
  /** All bytes that are here. */
  bytes(): Uint8Array<ArrayBuffer>
  /** Lets go of the file; it stays. */
  close(): void
}

/** Unfinished and finished downloads by the SHA-256 that they are to have. */
export interface PartFiles {
  /** The finished file of this hash has this length and is here: nothing is left to do. */
  has(sha256: string, bytes: number): Promise<boolean>
  /** Opens the unfinished file, empty when there was none. Throws when another tab has it open. */
  open(sha256: string): Promise<PartFile>
  /** Makes the (closed) unfinished file the finished one. A blob where it lives in memory, null where it is on disk. */
  commit(sha256: string): Promise<Blob | null>
  /** Deletes the (closed) unfinished file. */
  discard(sha256: string): Promise<void>
}

/** Without a private file system a download lives in this memory; `room` lets tests run out of it. */
export function createMemoryPartFiles(room = Infinity): PartFiles {
  const parts = new Map<string, Uint8Array<ArrayBuffer>[]>()
  const done = new Map<string, number>()
  const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, one) => sum + one.length, 0)
  return {
    has: (sha256, bytes) => Promise.resolve(done.get(sha256) === bytes),
    open: (sha256) => {
      const chunks = parts.get(sha256) ?? []
      parts.set(sha256, chunks)
      return Promise.resolve({
        size: () => sizeOf(chunks),
        append: (chunk) => {
          if (sizeOf(chunks) + chunk.length > room) throw new DOMException('no room', 'QuotaExceededError')
          chunks.push(chunk.slice())
        },
        truncate: () => void (chunks.length = 0),
        bytes: () => {
          const all = new Uint8Array(sizeOf(chunks))
          let at = 0
          for (const chunk of chunks) {
            all.set(chunk, at)
            at += chunk.length
          }
          return all
        },
        close: () => undefined,
      })
    },
    commit: (sha256) => {
      const blob = new Blob(parts.get(sha256) ?? [])
      parts.delete(sha256)
      done.set(sha256, blob.size)
      return Promise.resolve(blob)
    },
    discard: (sha256) => {
      parts.delete(sha256)
      return Promise.resolve()
    },
  }
}

/**
 * Where model files lie: a flat folder, weights named by their SHA-256, one small JSON per model. The private file
 * system of the origin (`opfsModelFolder.ts`), or memory where the browser has none.
 */
export interface ModelFolder {
  /** False: files live as long as this page. */
  readonly isDurable: boolean
  list(): Promise<ReadonlyMap<string, number>>
  /** Null when there is no such file. */
  read(name: string): Promise<Blob | null>
  /** All or nothing. Throws `storage/full`, `storage/write-failed`. */
  write(name: string, data: Blob): Promise<void>
  /** Removing what is not there is no fault. */
  remove(name: string): Promise<void>
}

/** Unfinished downloads keep this ending until their hash is right. */
export const PART_ENDING = '.part'

export function createMemoryModelFolder(files = new Map<string, Blob>()): ModelFolder {
  return {
    isDurable: false,
    list: () => Promise.resolve(new Map([...files].map(([name, data]) => [name, data.size]))),
    read: (name) => Promise.resolve(files.get(name) ?? null),
    write: (name, data) => {
      files.set(name, data)
      return Promise.resolve()
    },
    remove: (name) => {
      files.delete(name)
      return Promise.resolve()
    },
  }
}

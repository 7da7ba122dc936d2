/** The parts of the File System Access API's handles that a walk needs; OPFS handles and test fakes have them too. */
export interface FolderHandle {
  readonly kind: 'directory'
  readonly name: string
  values(): AsyncIterable<FolderHandle | FileHandle>
}
export interface FileHandle {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<File>
}

export interface FoundFile {
  /** Relative to the folder the walk began in, forward slashes. */
  readonly path: string
  readonly file: File
}

/** Every file in a folder and its sub-folders, ordered by path, so that the same folder always opens the same way. */
export async function walkFolder(folder: FolderHandle): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  const waiting: { handle: FolderHandle; prefix: string }[] = [{ handle: folder, prefix: '' }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for await (const entry of next.handle.values()) {
      const path = next.prefix + entry.name
      if (entry.kind === 'directory') waiting.push({ handle: entry, prefix: `${path}/` })
      else found.push({ path, file: await entry.getFile() })
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

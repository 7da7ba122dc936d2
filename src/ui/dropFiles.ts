import type { PickedFile } from '../app/app'

/** The parts of the browser's file-system entries that a drop needs; tests build them by hand. */
export interface DroppedEntry {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
  readonly file?: (done: (file: File) => void, failed: (error: DOMException) => void) => void
  readonly createReader?: () => {
    readEntries(done: (entries: DroppedEntry[]) => void, failed: (error: DOMException) => void): void
  }
}

export interface Dropped {
  readonly files: readonly PickedFile[]
  /** Name of the folder when exactly one folder was dropped. */
  readonly folderName: string | null
}

/**
 * Takes the entries out of a drop. Must run inside the event: the browser empties the transfer afterwards.
 */
export function droppedEntries(transfer: DataTransfer): readonly DroppedEntry[] {
  const entries: DroppedEntry[] = []
  for (const item of transfer.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    // The DOM types know the base class only; what the entry can do is told by isFile and isDirectory.
    if (entry !== null) entries.push(entry as unknown as DroppedEntry)
  }
  return entries
}

/** Walks dropped files and folders, sub-folders included. Paths start with the dropped folder's own name. */
export async function readDropped(entries: readonly DroppedEntry[]): Promise<Dropped> {
  const files: PickedFile[] = []
  for (const entry of entries) await walk(entry, '', files)
  const only = entries.length === 1 ? entries[0] : undefined
  return { files, folderName: only?.isDirectory === true ? only.name : null }
}

async function walk(entry: DroppedEntry, folder: string, files: PickedFile[]): Promise<void> {
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`
  if (entry.isFile && entry.file !== undefined) {
    const { file } = entry
    const opened = await new Promise<File>((resolve, reject) => file.call(entry, resolve, reject))
    files.push({
      path,
      byteLength: opened.size,
      bytes: async () => new Uint8Array(await opened.arrayBuffer()),
    })
    return
  }
  const reader = entry.createReader?.()
  if (reader === undefined) return
  // A reader hands out at most 100 entries a time and ends with an empty list.
  for (;;) {
    const part = await new Promise<DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return
    for (const child of part) await walk(child, path, files)
  }
}

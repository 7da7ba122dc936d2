import { AppError, isAbort, messageOf } from '../core/errors'
import type { Files, OutputFile, PickedFile } from '../ports/files'
import { walkFolder, type FolderHandle } from './walkFolder'

/** How long a download's address stays valid after the click: the browser reads it right away. */
const ADDRESS_LIFETIME_MS = 60_000

type DirectoryPicker = (options: { mode: 'read' }) => Promise<FolderHandle>

/**
 * Files of the person's disk: the folder picker of the File System Access API where there is one, else an `<input>`;
 * saving is a download, which needs no permission and works long after the click that asked for it.
 */
export function createFiles(): Files {
  return {
    pickFolder: async () => {
      const picker = (window as { showDirectoryPicker?: DirectoryPicker }).showDirectoryPicker
      if (picker === undefined) {
        const files = await askInput({ accept: '', multiple: true, isFolder: true })
        return files?.map((file) => pickedFile(file, withoutFirstFolder(file.webkitRelativePath))) ?? null
      }
      let folder: FolderHandle
      try {
        folder = await picker.call(window, { mode: 'read' })
      } catch (error) {
        if (isAbort(error)) return null
        throw new AppError('data/unreadable-file', `the folder could not be opened: ${messageOf(error)}`, {
          cause: error,
        })
      }
      const files = await walkFolder(folder)
      return files.map(({ path, file }) => pickedFile(file, path))
    },
    pickFiles: async ({ accept, multiple }) => {
      const files = await askInput({ accept, multiple, isFolder: false })
      return files?.map((file) => pickedFile(file, file.name)) ?? null
    },
    save: (file) => {
      download(file)
      return Promise.resolve()
    },
  }
}

/** Forward slashes only, no leading `./` or `/`; the spelling of the names stays. */
export function normalisePath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '')
}

function withoutFirstFolder(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(slash + 1)
}

function pickedFile(file: File, path: string): PickedFile {
  return {
    path: normalisePath(path === '' ? file.name : path),
    byteLength: file.size,
    bytes: async () => {
      try {
        return new Uint8Array(await file.arrayBuffer())
      } catch (cause) {
        throw new AppError(
          'data/unreadable-file',
          `${path} cannot be read any more (${messageOf(cause)}): it was moved, changed or its folder was closed`,
          { cause },
        )
      }
    },
  }
}

interface InputQuestion {
  readonly accept: string
  readonly multiple: boolean
  readonly isFolder: boolean
}

/** The browser's own file dialog; null when it is closed without a choice. */
function askInput({ accept, multiple, isFolder }: InputQuestion): Promise<readonly File[] | null> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  input.multiple = multiple
  input.webkitdirectory = isFolder
  input.hidden = true
  document.body.append(input)
  return new Promise((resolve) => {
    const answer = (files: readonly File[] | null): void => {
      input.remove()
      resolve(files)
    }
    input.addEventListener('change', () => answer([...(input.files ?? [])]), { once: true })
    input.addEventListener('cancel', () => answer(null), { once: true })
    input.click()
  })
}

function download(file: OutputFile): void {
  const address = URL.createObjectURL(new Blob([file.bytes]))
  const link = document.createElement('a')
  link.href = address
  link.download = file.path.slice(file.path.lastIndexOf('/') + 1)
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), ADDRESS_LIFETIME_MS)
}

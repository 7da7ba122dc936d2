import { AppError } from '../core/errors'
import type { ProjectStorage } from '../ports/projectStorage'
import { createMemoryStorage } from './memory'
import { createProjectStorage } from './projectStorage'

export interface BrowserStorage {
  readonly storage: ProjectStorage
  /** False: this browser (a private window, an insecure origin) keeps nothing, the work lives as long as the page. */
  readonly isDurable: boolean
}

/** The storage of this page: the browser's, or memory where the browser refuses. */
export async function createBrowserStorage(now: () => string): Promise<BrowserStorage> {
  if (!isSecureContext || !('locks' in navigator) || !('indexedDB' in globalThis)) {
    return { storage: createMemoryStorage({ now }), isDurable: false }
  }
  const storage = createProjectStorage({
    databaseName: 'maskwright',
    now,
    locks: navigator.locks,
    channel: (name) => new BroadcastChannel(name),
    folder: await privateFolder('blobs'),
    checkpointFolder: await privateFolder('checkpoints'),
    memory: viewStorage(),
    quota: navigator.storage,
    page: window,
  })
  try {
    await storage.list()
  } catch (error) {
    if (error instanceof AppError && error.code === 'storage/unavailable') {
      return { storage: createMemoryStorage({ now }), isDurable: false }
    }
    throw error
  }
  return { storage, isDurable: true }
}

/** Null where there is no private file system, or one that only workers may write. */
async function privateFolder(name: string): Promise<FileSystemDirectoryHandle | null> {
  if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype))
    return null
  try {
    const root = await navigator.storage.getDirectory()
    return await root.getDirectoryHandle(name, { create: true })
  } catch {
    // Refused in some private windows: IndexedDB takes the large bytes too.
    return null
  }
}

/** Reading `localStorage` itself throws where site data is forbidden. */
function viewStorage(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}

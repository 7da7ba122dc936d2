import type { Channel } from './lock'

/** What the storage takes from its host: the browser, or a test. */
export interface StorageHost {
  readonly databaseName: string
  /** ISO 8601, UTC. */
  readonly now: () => string
  readonly locks: Pick<LockManager, 'request'>
  readonly channel: (name: string) => Channel
  /** Folder of the origin's private file system for large blobs; null keeps them in IndexedDB. */
  readonly folder: FileSystemDirectoryHandle | null
  /** The same for checkpoints of training runs. */
  readonly checkpointFolder: FileSystemDirectoryHandle | null
  /** For things that may be lost: where a person was in a project. Null forgets. */
  readonly memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null
  readonly quota: Pick<StorageManager, 'estimate' | 'persist'> | null
  /** Tells when the page is hidden or left: `visibilitychange` and `pagehide`. */
  readonly page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | null
  /** First pause after a failed write, for tests. */
  readonly retryMs?: number
  /** How long a tab that is asked to let go may take, for tests. */
  readonly patienceMs?: number
}

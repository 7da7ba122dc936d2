import type { Observable } from '../core/observable'
import type { BlobHash, ProjectId } from '../domain/records'
import type { BlobStore } from './blobStore'
import type { CheckpointStore } from './checkpointStore'

export interface ProjectSummary {
  readonly projectId: ProjectId
  readonly name: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly imageCount: number
  readonly doneCount: number
  /** Blob of a small picture for the start screen. */
  readonly thumbnail: BlobHash | null
}

/** What the screen says about durability. It comes from here and from nowhere else. */
export type SaveState =
  | { readonly kind: 'saved'; readonly at: string | null }
  | { readonly kind: 'saving' }
  | { readonly kind: 'notSaved'; readonly since: string; readonly reason: string }
  | { readonly kind: 'readOnly'; readonly reason: string }

/** What could not be read back. The damaged bytes are kept. */
export interface Damage {
  readonly lostUpdates: number
  /** ISO 8601, UTC: when the last change that could be read was made. */
  readonly openedUpTo: string
  readonly message: string
}

export interface OpenProject {
  readonly projectId: ProjectId
  /** Yjs updates, oldest first; applying them all gives the document. */
  readonly updates: readonly Uint8Array[]
  readonly damage: Damage | null
  readonly saveState: Observable<SaveState>
  /** Appends one update to the log; returns at once, the state tells when it is durable. Retries until it is. */
  append(update: Uint8Array): void
  /** Resolves when everything appended so far is durable; rejects with the write error. */
  flush(): Promise<void>
  /** Replaces the log by one snapshot of the document, verified before the old log goes. */
  compact(snapshot: Uint8Array): Promise<void>
  updateSummary(summary: Omit<ProjectSummary, 'projectId'>): Promise<void>
  /**
   * Takes the writing lock from the other tab; that tab saves what it has and becomes read-only. Resolves with the log
   * as it is then: apply it, because the other tab may have written since this one opened.
   */
  takeOver(): Promise<readonly Uint8Array[]>
  /** Saves what is left and gives the lock back. Rejects, and stays open and trying, when something cannot be saved. */
  close(): Promise<void>
}

export interface StorageEstimate {
  readonly usedBytes: number
  readonly quotaBytes: number
}

/** Where projects live. One writing tab per project; another tab opens it read-only. */
export interface ProjectStorage {
  readonly blobs: BlobStore
  /** Of runs that are not over; they go with their project. */
  readonly checkpoints: CheckpointStore
  list(): Promise<readonly ProjectSummary[]>
  /** Opens a project, creating an empty log when there is none. */
  open(projectId: ProjectId): Promise<OpenProject>
  remove(projectId: ProjectId): Promise<void>
  estimate(): Promise<StorageEstimate | null>
  /** Asks the browser to keep the data; false when it refuses. */
  persist(): Promise<boolean>
  /** Small per-project view memory (image, zoom, stage): not part of the project, may be lost. */
  loadView(projectId: ProjectId): string | null
  saveView(projectId: ProjectId, view: string): void
}

import type { ProjectId, RunId } from '../domain/records'

/**
 * Where a run keeps how far it has come: one file a run, which each new checkpoint replaces. No blob: a checkpoint is of
 * megabytes, changes every few seconds, and is worth nothing once the run is over; named by its hash it would fill the
 * disk until the next sweep, and every one of them would rewrite the run's record with another hash.
 */
export interface CheckpointStore {
  /** Replaces the run's former checkpoint, all or nothing. Throws `storage/full` or `storage/write-failed`. */
  put(projectId: ProjectId, runId: RunId, bytes: Uint8Array): Promise<void>
  /** Null when there is none. */
  get(projectId: ProjectId, runId: RunId): Promise<Uint8Array<ArrayBuffer> | null>
  /** Removing what is not here is no fault. */
  remove(projectId: ProjectId, runId: RunId): Promise<void>
  list(projectId: ProjectId): Promise<readonly RunId[]>
}

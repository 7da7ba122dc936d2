import { AppError, messageOf } from '../../core/errors'
import type { ProjectId, RunId } from '../../domain/records'
import type { Workspace } from '../workspace'

export interface CheckpointKeeper {
  /** Writes it when the one before is written; of several that wait only the latest counts. */
  keep(checkpoint: { readonly epoch: number; readonly bytes: Uint8Array<ArrayBuffer> }): void
  /** Resolves when nothing waits any more. Never rejects. */
  settled(): Promise<void>
  /** The last checkpoint, written or not; null when there was none. */
  latest(): Promise<Uint8Array<ArrayBuffer> | null>
}

/**
 * Stores the checkpoints of a run under way: the bytes first, then the record says that they are there. A full disk is
 * no reason to stop: the person is told once, the latest stays in memory, and each next one is tried.
 */
export function createCheckpointKeeper(
  workspace: Workspace,
  place: {
    readonly projectId: ProjectId
    readonly runId: RunId
    /** The project is open here and records may be written. */
    readonly isWritable: () => boolean
    /** No other tab has taken the project over: one that has may be training this very run. */
    readonly isOurs: () => boolean
  },
): CheckpointKeeper {
  const { projectId, runId, isWritable, isOurs } = place
  const { services, notices } = workspace
  const { checkpoints } = services.storage
  let waiting: { readonly epoch: number; readonly bytes: Uint8Array<ArrayBuffer> } | null = null
  let unwritten: Uint8Array<ArrayBuffer> | null = null
  let writing: Promise<void> | null = null
  let isTold = false

  const write = async (): Promise<void> => {
    while (waiting !== null) {
      const { epoch, bytes } = waiting
      waiting = null
      unwritten = bytes
      if (!isOurs()) break
      try {
        await checkpoints.put(projectId, runId, bytes)
        unwritten = null
        if (isWritable()) record(epoch)
      } catch (error) {
        tell(error)
      }
    }
    writing = null
  }

  const record = (epoch: number): void => {
    const run = workspace.records().get(runId)
    if (run?.type !== 'run') return
    const checkpoint = { epochsDone: epoch + 1, savedAt: services.clock.now() }
    workspace.transact('Training checkpoint', 'ledger', { put: [{ ...run, checkpoint }] })
  }

  const tell = (error: unknown): void => {
    if (isTold) return
    isTold = true
    const remedy =
      error instanceof AppError && error.code === 'storage/full' ? ' Free some space on this disk.' : ''
    notices.say(
      'warning',
      'The training cannot be saved on its way',
      `${messageOf(error)} It goes on, but if this tab closes it has to start again from what was saved before.${remedy}`,
    )
  }

  return {
    keep: (checkpoint) => {
      waiting = checkpoint
      writing ??= write()
    },
    settled: async () => {
      while (writing !== null) await writing
    },
    latest: async () => waiting?.bytes ?? unwritten ?? (await checkpoints.get(projectId, runId)),
  }
}

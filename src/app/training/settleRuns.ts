import { isResumable, savedEpochText } from '../../domain/resumableRun'
import type { Workspace } from '../workspace'

/**
 * Once a project is open: a run that was training when its tab died waits to be resumed where it was saved; without a
 * checkpoint it can never finish, and says so. Checkpoints of runs that are over go.
 */
export function settleInterruptedRuns(workspace: Workspace): void {
  if (workspace.store().isReadOnly()) return
  matchCheckpoints(workspace).catch(() => undefined) // it is done again at every opening
  const interrupted = workspace
    .records()
    .ofType('run')
    .filter((run) => run.status === 'running')
  if (interrupted.length === 0) return
  const lost = interrupted.filter((run) => !isResumable(run))
  if (lost.length > 0) {
    workspace.transact('Settle interrupted runs', 'ledger', {
      put: lost.map((run) => ({
        ...run,
        status: 'failed' as const,
        failure: 'The tab was closed while this run was training.',
      })),
    })
  }
  const run = interrupted.find(isResumable)
  workspace.notices.say(
    'warning',
    'A training run was interrupted',
    run === undefined
      ? `"${lost[0]!.name}" ended when its tab closed. Your boxes, masks and decisions are all here; press Train to run it again.`
      : `"${run.name}" stopped when its tab closed and is saved at ${savedEpochText(run)}. Open Train to resume it.`,
  )
}

/** Brings files and records together: a crash may leave a file too many, a project that came as a file has none. */
async function matchCheckpoints(workspace: Workspace): Promise<void> {
  const { checkpoints } = workspace.services.storage
  const opened = workspace.open.get()!
  const { projectId } = opened.storage
  const stored = await checkpoints.list(projectId)
  if (workspace.open.get() !== opened) return
  const runs = workspace.records().ofType('run')
  const resumable = runs.filter(isResumable)
  const missing = resumable.filter((run) => !stored.includes(run.id))
  if (missing.length > 0) {
    workspace.transact('Settle interrupted runs', 'ledger', {
      put: missing.map((run) => ({
        ...run,
        status: run.status === 'running' ? ('failed' as const) : run.status,
        failure: run.failure ?? 'What was saved of this run is not in this browser.',
        checkpoint: null,
      })),
    })
  }
  const strays = stored.filter((runId) => !resumable.some((run) => run.id === runId))
  for (const runId of strays) await checkpoints.remove(projectId, runId)
}

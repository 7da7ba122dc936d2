import type { RunId } from '../../domain/records'
import type { Workspace } from '../workspace'

/** The record has forgotten it already, so that a failure here leaves a file that the next opening removes. */
export async function dropCheckpoint(workspace: Workspace, id: RunId): Promise<void> {
  const { projectId } = workspace.open.get()!.storage
  await workspace.services.storage.checkpoints.remove(projectId, id).catch(() => undefined)
}

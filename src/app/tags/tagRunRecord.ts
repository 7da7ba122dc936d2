import type { JobOptions } from '../../core/job'
import type { RunStatus, TagRun, TagRunId } from '../../domain/records'
import type { TagSet } from '../../domain/tagSet'
import { isAbort, messageOf } from '../../core/errors'
import type { Workspace } from '../workspace'
import type { TagRunLog } from '../tagsFace'
import type { PreparedTagRun } from './prepareTagRun'

/** A tag run as it begins. */
export function newTagRun(
  workspace: Workspace,
  id: TagRunId,
  { values, params, backbone, levels, canvas, classIds }: PreparedTagRun,
  set: TagSet,
): TagRun {
  const number = workspace.records().ofType('tagRun').length + 1
  return {
    id,
    type: 'tagRun',
    name: `Labels ${number}`,
    params: values,
    seed: params.seed,
    backbone: { id: backbone.id, hash: backbone.hash },
    levels,
    canvas,
    classIds,
    trainImageIds: set.train.map(({ imageId }) => imageId),
    valImageIds: set.validation.map(({ imageId }) => imageId),
    round: 1,
    studentRunId: null,
    status: 'running',
    failure: null,
    startedAt: workspace.services.clock.now(),
    seconds: null,
    trainingAp: null,
    validationAp: null,
    polarities: [],
    classifier: null,
    log: null,
  }
}

export function putTagRun(workspace: Workspace, run: TagRun): void {
  workspace.transact('Masks from labels', 'ledger', { put: [run] })
}

export function tagRunOf(workspace: Workspace, id: TagRunId): TagRun {
  const run = workspace.records().get(id)
  if (run?.type !== 'tagRun') throw new Error(`no tag run ${id}`)
  return run
}

/**
 * Runs what a tag run does and settles its record: what was made before it failed or was cancelled stays. A project that
 * was closed meanwhile keeps it as it is.
 */
export async function settleTagRun(
  workspace: Workspace,
  id: TagRunId,
  work: () => Promise<void>,
  { signal }: JobOptions,
): Promise<void> {
  const opened = workspace.open.get()
  const startedAt = workspace.services.clock.ticks()
  const settle = (status: RunStatus, failure: string | null): void => {
    if (workspace.open.get() !== opened || opened?.store.isReadOnly() !== false) return
    const seconds = (workspace.services.clock.ticks() - startedAt) / 1000
    putTagRun(workspace, { ...tagRunOf(workspace, id), status, failure, seconds })
  }
  try {
    await work()
    signal.throwIfAborted()
    settle('finished', null)
  } catch (error) {
    if (isAbort(error)) settle('cancelled', null)
    else settle('failed', messageOf(error))
    throw error
  }
}

/** Keeps a run's log. */
export async function putLog(workspace: Workspace, log: TagRunLog): Promise<TagRun['log']> {
  return workspace.services.storage.blobs.put(new TextEncoder().encode(JSON.stringify(log)))
}

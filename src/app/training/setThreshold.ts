import type { JobOptions } from '../../core/job'
import type { BlobHash, RunId, ThresholdOrigin, TrainingRun } from '../../domain/records'
import type { ModelInfo } from '../../formats/modelInfo'
import type { Workspace } from '../workspace'
import { independentImages } from './independentImages'
import { loadModel } from './loadModel'
import { measureThreshold } from './measureThreshold'
import { INDEPENDENT_IMAGES_NEEDED } from './thresholdChoice'

/** Moves a run's operating point: its record, and `model.json`, which an engineer elsewhere runs the model by. */
export async function setThreshold(
  workspace: Workspace,
  runId: RunId,
  threshold: number,
  by: ThresholdOrigin,
): Promise<void> {
  const modelInfo = await withThreshold(workspace, runOf(workspace, runId).modelInfo, threshold)
  // Read again: a name may have changed meanwhile.
  const run = runOf(workspace, runId)
  workspace.transact('Set threshold', 'ledger', { put: [{ ...run, threshold, thresholdBy: by, modelInfo }] })
}

async function withThreshold(
  workspace: Workspace,
  modelInfo: BlobHash | null,
  threshold: number,
): Promise<BlobHash | null> {
  if (modelInfo === null) return null
  const { blobs } = workspace.services.storage
  // Our own bytes, proved by their hash.
  const info = JSON.parse(new TextDecoder().decode(await blobs.get(modelInfo))) as ModelInfo
  return blobs.put(new TextEncoder().encode(JSON.stringify({ ...info, threshold }, null, 2)))
}

/**
 * Once enough independent reviewed images exist, they set the threshold of a run that nobody set by hand. Returns the run
 * as it is then. Costs nothing before that.
 */
export async function setThresholdByReviews(
  workspace: Workspace,
  runId: RunId,
  options: JobOptions,
): Promise<TrainingRun> {
  const run = runOf(workspace, runId)
  if (run.thresholdBy === 'person') return run
  if (independentImages(workspace.records(), run).groups < INDEPENDENT_IMAGES_NEEDED) return run
  const { choice } = await measureThreshold(workspace, run, await loadModel(workspace, run), options)
  if (choice.by === 'reviews') await setThreshold(workspace, runId, choice.threshold, 'reviews')
  return runOf(workspace, runId)
}

function runOf(workspace: Workspace, id: RunId): TrainingRun {
  const run = workspace.records().get(id)
  if (run?.type !== 'run') throw new Error(`no run ${id}`)
  return run
}

import type { TrainingSet } from '../../domain/trainingSet'
import type { TrainingRun } from '../../domain/records'
import type { ModelBackbone, ModelRun } from '../../formats/modelInfo'
import type { TrainedStudent } from '../../ml/training'
import type { Workspace } from '../workspace'
import type { PreparedRun } from './prepareRun'

/** What `model.json` says about where a model comes from. `set` is what the run was started with. */
export function modelRun(
  workspace: Workspace,
  run: TrainingRun,
  { summary }: TrainingSet,
  result: TrainedStudent,
): ModelRun {
  const snapshot = run.snapshotId === null ? undefined : workspace.records().get(run.snapshotId)
  return {
    startedAt: run.startedAt,
    backend: run.backend,
    seconds: result.seconds,
    steps: result.steps,
    epoch: result.epoch,
    stoppedEarly: result.stoppedEarly,
    snapshotSha256: snapshot?.type === 'snapshot' ? snapshot.document : null,
    images: {
      train: run.trainImageIds.length,
      validation: run.valImageIds.length,
      confirmedClean: summary.confirmedClean,
    },
    masks: { accepted: summary.acceptedMasks, unreviewed: summary.unreviewedMasks },
  }
}

/** The backbone that the network needs beside it; null when it takes the pixels only. */
export function modelBackbone({ frozenBackbone }: PreparedRun): ModelBackbone | null {
  if (frozenBackbone === null) return null
  const { id, hash, source, tensors } = frozenBackbone
  return { id, sha256: hash, source, tensors }
}

import type { Size } from '../../core/geometry'
import type { BlobHash, RunId, RunStatus, TrainingRun } from '../../domain/records'
import { describeModel } from '../../formats/modelInfo'
import type { TrainedStudent } from '../../ml/training'
import type { RunSeries } from '../app'
import type { Workspace } from '../workspace'
import type { PreparedRun } from './prepareRun'

/** Stores a run's model with its description and log; the run is over then, and what was saved on the way goes. */
export async function keepModel(
  workspace: Workspace,
  runOf: () => TrainingRun,
  prepared: PreparedRun,
  canvas: Size,
  student: TrainedStudent,
  series: RunSeries,
): Promise<void> {
  const { blobs } = workspace.services.storage
  const putText = (text: string): Promise<BlobHash> => blobs.put(new TextEncoder().encode(text))
  const { recipe, threshold, seed } = runOf()
  const info = describeModel({
    studentId: prepared.student.id,
    recipe,
    seed,
    params: prepared.values,
    classes: prepared.classes,
    canvas,
    backbone: prepared.backbone,
    threshold,
  })
  const model = await blobs.put(student.onnx)
  const modelInfo = await putText(JSON.stringify(info, null, 2))
  const log = await putText(JSON.stringify(series))
  const status: RunStatus = student.stoppedEarly ? 'stopped' : 'finished'
  const { seconds } = student
  const over = { status, seconds, model, modelInfo, log, failure: null, checkpoint: null }
  workspace.transact('Training run', 'ledger', { put: [{ ...runOf(), ...over }] })
  await dropCheckpoint(workspace, runOf().id)
}

/** The record has forgotten it already, so that a failure here leaves a file that the next opening removes. */
export async function dropCheckpoint(workspace: Workspace, id: RunId): Promise<void> {
  const { projectId } = workspace.open.get()!.storage
  await workspace.services.storage.checkpoints.remove(projectId, id).catch(() => undefined)
}

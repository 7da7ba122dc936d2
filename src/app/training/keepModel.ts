import type { Size } from '../../core/geometry'
import type { BlobHash, RunStatus, TrainingRun } from '../../domain/records'
import type { TrainingSet } from '../../domain/trainingSet'
import { describeModel } from '../../formats/describeModel'
import type { TrainedStudent } from '../../ml/training'
import type { RunSeries } from '../trainingFace'
import type { Workspace } from '../workspace'
import { modelBackbone, modelRun } from './modelFacts'
import { dropCheckpoint } from './dropCheckpoint'
import type { PreparedRun } from './prepareRun'

/**
 * Stores a run's model with its description and log; the run is over then, and what was saved on the way goes. `set` is
 * what the run was started with.
 */
export async function keepModel(
  workspace: Workspace,
  runOf: () => TrainingRun,
  prepared: PreparedRun,
  { canvas, set }: { readonly canvas: Size; readonly set: TrainingSet },
  student: TrainedStudent,
  series: RunSeries,
): Promise<void> {
  const { blobs } = workspace.services.storage
  const putText = (text: string): Promise<BlobHash> => blobs.put(new TextEncoder().encode(text))
  const run = runOf()
  const { recipe, threshold, seed } = run
  const info = describeModel({
    studentId: prepared.student.id,
    recipe,
    seed,
    params: prepared.values,
    classes: prepared.classes,
    canvas,
    backbone: modelBackbone(prepared),
    threshold,
    run: modelRun(workspace, run, set, student),
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

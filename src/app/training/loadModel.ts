import { AppError } from '../../core/errors'
import type { TrainingRun } from '../../domain/records'
import type { ModelInfo } from '../../formats/modelInfo'
import { checkBackbone } from '../../formats/readModelInfo'
import type { Workspace } from '../workspace'
import type { StudentModel } from './predictImage'

/**
 * The exported student of a finished run. Throws `model/missing` when the run has none, or when its backbone is not on this
 * computer; `model/incompatible` when the backbone is another than the one it was trained on.
 */
export async function loadModel(workspace: Workspace, run: TrainingRun): Promise<StudentModel> {
  if (run.model === null || run.modelInfo === null) {
    throw new AppError('model/missing', `run "${run.name}" has no model: it was ${run.status}. Train again.`)
  }
  const { blobs } = workspace.services.storage
  // Our own bytes, proved by their hash.
  const info = JSON.parse(new TextDecoder().decode(await blobs.get(run.modelInfo))) as ModelInfo
  if (info.backbone !== null)
    checkBackbone(info.backbone, await workspace.services.features.describe(info.backbone.id))
  return {
    key: run.model,
    onnx: await blobs.get(run.model),
    canvas: { width: info.input.width, height: info.input.height },
    classCount: info.classes.length,
    threshold: run.threshold,
    minimumAreaPx: info.minimumAreaPx,
    minimumPeak: info.minimumPeak,
    imageScoreShare: info.imageScoreShare,
    // A backbone inside the network is not asked for features.
    backboneId: info.backbone?.id ?? null,
  }
}

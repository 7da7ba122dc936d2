import { AppError } from '../../core/errors'
import type { TrainingRun } from '../../domain/records'
import { describeAgain } from '../../formats/describeModel'
import type { ModelForm } from '../../formats/modelInfo'
import { readModelInfo } from '../../formats/readModelInfo'
import type { Workspace } from '../workspace'

/**
 * `model.onnx` and `model.json` of a run in the form that was asked for. Kept is the head; a student without a backbone
 * is whole already. Throws `model/missing` when the run has no model or its backbone is not on this computer.
 */
export async function exportModel(
  workspace: Workspace,
  run: TrainingRun,
  form: ModelForm,
): Promise<{ readonly onnx: Uint8Array<ArrayBuffer>; readonly json: string }> {
  if (run.model === null || run.modelInfo === null)
    throw new AppError('model/missing', `run "${run.name}" has no model: it was ${run.status}. Train again.`)
  const { storage, modelJoiner } = workspace.services
  const head = await storage.blobs.get(run.model)
  const json = new TextDecoder().decode(await storage.blobs.get(run.modelInfo))
  if (form === 'head') return { onnx: head, json }
  const info = readModelInfo(json)
  if (info.form === 'whole' || info.backbone === null) return { onnx: head, json }
  const onnx = await modelJoiner.join(info.backbone.id, head)
  return { onnx, json: JSON.stringify(describeAgain(info, { form: 'whole' }), null, 2) }
}

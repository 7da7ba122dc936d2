import { checkBackbone, readModelInfo, type ModelInfo } from '../../formats/modelInfo'
import type { StudentModel } from '../training/predictImage'
import { optionNumber, readText, type BatchContext, type BatchInput } from './request'

/** Reads `model.onnx` and `model.json`. Throws `model/incompatible` when they do not fit this app's backbone. */
export async function loadStudent(
  input: BatchInput,
  { workspace }: BatchContext,
): Promise<{ info: ModelInfo; model: StudentModel }> {
  const info = readModelInfo(await readText(input, 'modelJson'))
  if (info.backbone !== null)
    checkBackbone(info.backbone, await workspace.services.features.describe(info.backbone.id))
  return {
    info,
    model: {
      key: `${info.backbone?.sha256 ?? 'pixels'}:${info.seed}:batch`,
      onnx: await input.file('modelOnnx'),
      canvas: { width: info.input.width, height: info.input.height },
      classCount: info.classes.length,
      threshold: optionNumber(input.options, 'threshold') ?? info.threshold,
      backboneId: info.backbone?.id ?? null,
    },
  }
}

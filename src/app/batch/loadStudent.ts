import { AppError, messageOf } from '../../core/errors'
import type { ModelInfo } from '../../formats/modelInfo'
import { checkBackbone, howToGet, readModelInfo } from '../../formats/readModelInfo'
import type { StudentModel } from '../training/predictImage'
import { optionNumber, readText, type BatchContext, type BatchInput } from './request'

/**
 * Reads `model.onnx` and `model.json`, a head or a whole network. `--threshold` goes before the file's own.
 * Throws `model/incompatible` or `model/missing` when a head's backbone is not the one of this app.
 */
export async function loadStudent(
  input: BatchInput,
  context: BatchContext,
): Promise<{ info: ModelInfo; model: StudentModel }> {
  const info = readModelInfo(await readText(input, 'modelJson'))
  const threshold = optionNumber(input.options, 'threshold') ?? info.threshold
  if (threshold < 0 || threshold > 1)
    throw new AppError(
      'usage/invalid-parameter',
      `--threshold must be a number from 0 to 1, got ${threshold}`,
    )
  const backboneId = await backboneHere(info, context)
  const onnx = await input.file('modelOnnx')
  return {
    info,
    model: {
      // Its hash: two models of one folder name or seed are two models.
      key: await context.workspace.services.storage.blobs.put(onnx),
      onnx,
      canvas: info.input,
      classCount: info.classes.length,
      threshold,
      minimumAreaPx: info.minimumAreaPx,
      backboneId,
    },
  }
}

/** The backbone that has to be asked for features; null when it is inside the model or there is none. */
async function backboneHere(
  { form, backbone }: ModelInfo,
  { workspace }: BatchContext,
): Promise<string | null> {
  if (form === 'whole' || backbone === null) return null
  let here
  try {
    here = await workspace.services.features.describe(backbone.id)
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'model/missing') throw cause
    throw new AppError(
      'model/missing',
      `the model needs the backbone "${backbone.id}" (SHA-256 ${backbone.sha256.slice(0, 12)}…): ${messageOf(cause)}. ${howToGet(backbone)}`,
      { cause },
    )
  }
  checkBackbone(backbone, here)
  return backbone.id
}

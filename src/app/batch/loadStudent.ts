import { AppError, messageOf } from '../../core/errors'
import type { ModelInfo } from '../../formats/modelInfo'
import { checkBackbone, howToGet, readModelInfo } from '../../formats/readModelInfo'
import type { StudentModel } from '../training/predictImage'
import { addBackbone } from './chooseBackbone'
import { optionNumber, readText, type BatchContext, type BatchInput } from './request'

/**
 * Reads `model.onnx` and `model.json`, a head or a whole network, and the backbone's file where a head names one that is
 * not embedded. `--threshold` goes before the file's own. Throws `model/missing` when that file was not given,
 * `model/incompatible` when it is another than the one trained on.
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
  const backboneId = await backboneHere(info, input, context)
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
      minimumPeak: info.minimumPeak,
      imageScoreShare: info.imageScoreShare,
      backboneId,
    },
  }
}

/** The backbone that has to be asked for features; null when it is inside the model or there is none. */
async function backboneHere(
  { form, backbone }: ModelInfo,
  input: BatchInput,
  context: BatchContext,
): Promise<string | null> {
  const givenId = await addBackbone(input, context)
  if (form === 'whole' || backbone === null) {
    if (givenId === null) return null
    const reason = backbone === null ? 'it sees the pixels only' : 'its backbone is inside'
    throw new AppError('usage/invalid-parameter', `--backbone: this model takes none, ${reason}`)
  }
  let here
  try {
    here = await context.workspace.services.features.describe(givenId ?? backbone.id)
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'model/missing') throw cause
    throw new AppError(
      'model/missing',
      `the model needs the backbone "${backbone.id}" (SHA-256 ${backbone.sha256.slice(0, 12)}…): ${messageOf(cause)}. Give its file, --backbone FILE.onnx. ${howToGet(backbone)}`,
      { cause },
    )
  }
  checkBackbone(backbone, here)
  return here.id
}

import { AppError } from '../../core/errors'
import { checkBackbone, readModelInfo, type ModelInfo } from '../../formats/modelInfo'
import type { BackboneDescription } from '../../ports/featureExtractor'
import type { StudentModel } from '../training/predictImage'
import { addBackbone } from './chooseBackbone'
import { optionNumber, readText, type BatchContext, type BatchInput } from './request'

/**
 * Reads `model.onnx` and `model.json`, and the backbone's file where the model names one that is not embedded. Throws
 * `model/missing` when that file was not given, `model/incompatible` when it is another than the one trained on.
 */
export async function loadStudent(
  input: BatchInput,
  context: BatchContext,
): Promise<{ info: ModelInfo; model: StudentModel }> {
  const info = readModelInfo(await readText(input, 'modelJson'))
  const backbone = await backboneOf(info, input, context)
  return {
    info,
    model: {
      key: `${info.backbone?.sha256 ?? 'pixels'}:${info.seed}:batch`,
      onnx: await input.file('modelOnnx'),
      canvas: { width: info.input.width, height: info.input.height },
      classCount: info.classes.length,
      threshold: optionNumber(input.options, 'threshold') ?? info.threshold,
      backboneId: backbone?.id ?? null,
    },
  }
}

async function backboneOf(
  { backbone }: ModelInfo,
  input: BatchInput,
  context: BatchContext,
): Promise<BackboneDescription | null> {
  const givenId = await addBackbone(input, context)
  if (backbone === null) {
    if (givenId === null) return null
    throw new AppError(
      'usage/invalid-parameter',
      '--backbone: this model sees the pixels only and takes none',
    )
  }
  const { features } = context.workspace.services
  let here: BackboneDescription
  try {
    here = await features.describe(givenId ?? backbone.id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'model/missing') throw error
    throw new AppError(
      'model/missing',
      `the model was trained on backbone "${backbone.id}" (SHA-256 ${backbone.sha256.slice(0, 12)}…): give its file, --backbone FILE.onnx`,
      { cause: error },
    )
  }
  checkBackbone(backbone, here)
  return here
}

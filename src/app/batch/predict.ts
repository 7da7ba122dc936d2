import { AppError, isAbort, messageOf } from '../../core/errors'
import type { ImportIssue } from '../../core/issues'
import type { PickedFile } from '../../ports/files'
import type { RgbaImage } from '../../core/raster'
import { rleToString } from '../../ml/raster/rleString'
import { predictImage, type ImagePrediction, type StudentModel } from '../training/predictImage'
import { loadStudent } from './loadStudent'
import { textFile, type BatchContext, type BatchHandler } from './request'

/** `predict`: COCO dataset with one annotation per instance, and the image score under `images[].attributes.score`. */
export const predictCommand: BatchHandler = async (input, context) => {
  const { info, model } = await loadStudent(input, context)
  const images: object[] = []
  const annotations: object[] = []
  const issues: ImportIssue[] = []
  for await (const { file, picture, prediction } of predictFiles(input.images, model, context, issues)) {
    const imageId = images.length + 1
    images.push({
      id: imageId,
      file_name: file.path,
      width: picture.width,
      height: picture.height,
      attributes: { score: prediction.imageScore },
    })
    for (const instance of prediction.instances) {
      annotations.push({
        id: annotations.length + 1,
        image_id: imageId,
        category_id: instance.classIndex + 1,
        segmentation: { size: [picture.height, picture.width], counts: rleToString(instance.rle) },
        area: instance.areaPx,
        bbox: [instance.boundsPx.x, instance.boundsPx.y, instance.boundsPx.width, instance.boundsPx.height],
        score: instance.score,
        iscrowd: 0,
      })
    }
  }
  const categories = info.classes.map((entry, index) => ({ id: index + 1, name: entry.name }))
  return {
    issues,
    summary: { images: images.length, instances: annotations.length },
    outputs: [textFile('predictions.json', JSON.stringify({ images, categories, annotations }))],
  }
}

/** A model that does not fit fails every picture alike: one message says it, not one for each. */
function isModelFault(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'model/incompatible' || error.code === 'model/missing')
}

/** Predicts file by file; an unreadable picture becomes an issue and the rest goes on. */
export async function* predictFiles(
  files: readonly PickedFile[],
  model: StudentModel,
  { workspace, job }: BatchContext,
  issues: ImportIssue[],
): AsyncGenerator<{ file: PickedFile; picture: RgbaImage; prediction: ImagePrediction }> {
  const { imageCodec } = workspace.services
  for (const [index, file] of files.entries()) {
    job.signal.throwIfAborted()
    job.onProgress({ done: index, total: files.length, note: file.path })
    try {
      const bytes = await file.bytes()
      imageCodec.inspect(bytes, file.path)
      const picture = await imageCodec.decode(bytes, file.path)
      const prediction = await predictImage(
        workspace.services,
        model,
        { key: `file:${file.path}:${bytes.byteLength}`, picture },
        { ...job, onProgress: () => {} },
      )
      yield { file, picture, prediction }
    } catch (error) {
      if (isAbort(error) || isModelFault(error)) throw error
      issues.push({ severity: 'error', path: file.path, message: messageOf(error), remedy: null })
    }
  }
}

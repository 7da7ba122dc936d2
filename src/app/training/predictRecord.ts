import type { ImageRecord } from '../../domain/records'
import type { Workspace } from '../workspace'
import { predictImage, type ImagePrediction, type StudentModel } from './predictImage'

/** Runs a student on an image of the project; features are kept under the image's pixels. */
export async function predictRecord(
  workspace: Workspace,
  model: StudentModel,
  image: ImageRecord,
  signal: AbortSignal,
): Promise<ImagePrediction> {
  const picture = await workspace.pictures.decode(image)
  return predictImage(
    workspace.services,
    model,
    { key: image.pixels, picture },
    { signal, onProgress: () => {} },
  )
}

import { AppError } from '../../core/errors'
import type { ClassId, ImageRecord } from '../../domain/records'
import type { ExtensionStop } from '../../ml/cam/extendByInpainting'
import type { WatchedRound } from '../tagsFace'
import type { Workspace } from '../workspace'
import { askClassifier } from './askClassifier'
import { tagSet } from '../../domain/tagSet'
import { createCleanSurfaces } from './cleanSurfaces'
import { extendMap } from './extendedMaps'
import type { TagClassifier } from './tagClassifier'

const ENDINGS: { readonly [stop in ExtensionStop]: string } = {
  missed: 'The classifier does not see the defect in this image: nothing to extend.',
  score: 'What is left no longer looks defective.',
  'nothing-new': 'This round found nothing new.',
  'too-large': 'What would be painted over is too large a part of the image.',
  rounds: 'All rounds are used.',
}

/** Plays stage C on one image with its inpainting switched on, whatever the run's own setting. */
export async function watchExtension(
  workspace: Workspace,
  classifier: TagClassifier,
  image: ImageRecord,
  classId: ClassId,
  onRound: (round: WatchedRound) => void,
  signal: AbortSignal,
): Promise<void> {
  const k = classifier.classIds.indexOf(classId)
  if (k < 0) throw new AppError('train/no-classes', 'the classifier has not learned this class')
  const options = { signal, onProgress: () => {} }
  const picture = await workspace.pictures.decode(image)
  const look = await askClassifier(workspace.services, classifier, picture, image.pixels, options)
  const extending = { ...classifier, params: { ...classifier.params, inpainting: true } }
  const surfaces = createCleanSurfaces(workspace, tagSet(workspace.records()), classifier)
  const normals = await surfaces.nearest(picture)
  let asked = picture
  await extendMap(workspace.services, extending, picture, look, k, normals, options, (step) => {
    onRound({
      round: step.round,
      score: step.score,
      picture: asked,
      cam: step.cam,
      mask: step.mask,
      extended: step.accumulated,
      ended: step.stop === null ? null : ENDINGS[step.stop],
    })
    asked = step.picture
  })
}

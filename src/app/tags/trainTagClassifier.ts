import type { JobOptions } from '../../core/job'
import type { TagSet } from '../../domain/tagSet'
import type { ClassifierView, CropRequest, TrainedClassifier } from '../../ml/cam/classifier'
import type { ClassifierTraining } from '../../ports/defectClassifier'
import type { Workspace } from '../workspace'
import { buildClassifierExamples, onlyLevels } from './classifierExamples'
import type { LiveTaggingView } from './liveTagging'
import type { PreparedTagRun } from './prepareTagRun'
import { lookAtPicture } from './tagView'

/** The changing pictures of a training. */
const PREVIEWS = 6

/**
 * Stage A: frozen features of all labelled images, then the classifier, which asks for crops of them as it learns where
 * to look. `onTraining` gets the handle of what trains, null when it is over.
 */
export async function trainTagClassifier(
  workspace: Workspace,
  set: TagSet,
  prepared: PreparedTagRun,
  backend: 'webgpu' | 'wasm' | 'cpu' | null,
  view: LiveTaggingView,
  onTraining: (training: ClassifierTraining | null) => void,
  options: JobOptions,
): Promise<TrainedClassifier> {
  const { params, values, backbone, levels, classIds, canvas } = prepared
  const setup = { backboneId: backbone.id, levels, classIds, canvas, isTurnedToo: true }
  const examples = await buildClassifierExamples(workspace, set.train, setup, options)
  const validation = await buildClassifierExamples(
    workspace,
    set.validation,
    { ...setup, isTurnedToo: false },
    options,
  )
  view.update({ phase: 'training', done: 0, total: params.classifierEpochs, note: '' })

  const cropFeatures = async (requests: readonly CropRequest[]): Promise<readonly ClassifierView[]> => {
    const views: ClassifierView[] = []
    for (const [index, { imageIndex, rect }] of requests.entries()) {
      options.signal.throwIfAborted()
      view.update({ note: `Looking closer: crop ${index + 1} of ${requests.length}` })
      const image = workspace.image(set.train[imageIndex]!.imageId)
      const picture = await workspace.pictures.decode(image)
      const crop = { backboneId: backbone.id, canvas, isTurned: false, rect }
      const looked = await lookAtPicture(workspace.services.features, picture, null, crop, {
        signal: options.signal,
        onProgress: () => {},
      })
      views.push(onlyLevels(looked, levels))
    }
    view.update({ note: '' })
    return views
  }
  const imageIds = set.train.map(({ imageId }) => imageId)
  const training = workspace.services.classifier.train(
    {
      classCount: classIds.length,
      levels,
      ...canvas,
      seed: params.seed,
      params: values,
      backend,
    },
    examples,
    validation,
    previewIndexes(set),
    cropFeatures,
    (event) => {
      view.follow(event, imageIds, classIds)
      if (event.kind === 'epoch')
        options.onProgress({
          done: event.report.epoch + 1,
          total: event.report.epochs,
          note: `Classifier, epoch ${event.report.epoch + 1}`,
        })
    },
    options,
  )
  onTraining(training)
  try {
    return await training.finished
  } finally {
    onTraining(null)
  }
}

/** Defective images, spread over the set. */
function previewIndexes({ train }: TagSet): number[] {
  const defective = train.flatMap(({ present }, index) => (present.length > 0 ? [index] : []))
  const step = Math.max(1, Math.floor(defective.length / PREVIEWS))
  return defective.filter((_, place) => place % step === 0).slice(0, PREVIEWS)
}

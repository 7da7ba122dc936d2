import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { ClassId } from '../../domain/records'
import type { TaggedImage } from '../../domain/tagSet'
import type { ClassifierExample, ClassifierView } from '../../ml/cam/classifier'
import type { FeatureLevel } from '../../ml/training'
import type { Workspace } from '../workspace'
import { lookAtPicture } from './tagView'

export interface ExampleSetup {
  readonly backboneId: string
  readonly levels: readonly FeatureLevel[]
  readonly canvas: Size
  readonly classIds: readonly ClassId[]
  /**
   * Each image also upside down: a classifier that has learned to fire beside its defects, above them say, is wrong then.
   * One turn by 180 degrees does it for both axes at once.
   */
  readonly isTurnedToo: boolean
}

/** Whole views of labelled images with what their labels say. `imageIndex` is the place in `images`. */
export async function buildClassifierExamples(
  workspace: Workspace,
  images: readonly TaggedImage[],
  setup: ExampleSetup,
  { signal, onProgress }: JobOptions,
): Promise<ClassifierExample[]> {
  const examples: ClassifierExample[] = []
  const turns = setup.isTurnedToo ? [false, true] : [false]
  const total = images.length * turns.length
  for (const [imageIndex, tagged] of images.entries()) {
    const image = workspace.image(tagged.imageId)
    const picture = await workspace.pictures.decode(image)
    for (const isTurned of turns) {
      signal.throwIfAborted()
      onProgress({ done: examples.length, total, note: `Features of ${image.fileName}` })
      const view = await lookAtPicture(
        workspace.services.features,
        picture,
        image.pixels,
        { ...setup, isTurned, rect: null },
        { signal, onProgress: () => {} },
      )
      examples.push({
        ...onlyLevels(view, setup.levels),
        imageIndex,
        isTurned,
        presence: presenceOf(tagged, setup.classIds),
      })
    }
  }
  return examples
}

/** 1 for a class that is in the image, 0 for the others: a list of labels is complete. */
function presenceOf({ present }: TaggedImage, classIds: readonly ClassId[]): Uint8Array {
  return Uint8Array.from(classIds, (id) => (present.includes(id) ? 1 : 0))
}

/** Leaves out the levels that the classifier does not look at: the finest one is most of a pyramid's bytes. */
export function onlyLevels(view: ClassifierView, levels: readonly FeatureLevel[]): ClassifierView {
  if (view.features.levels.length === levels.length) return view
  const strides = new Set(levels.map(({ stride }) => stride))
  return {
    ...view,
    features: { ...view.features, levels: view.features.levels.filter(({ stride }) => strides.has(stride)) },
  }
}

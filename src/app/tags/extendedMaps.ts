import type { JobOptions } from '../../core/job'
import type { RgbaImage, ScoreMap } from '../../core/raster'
import { extendByInpainting, type ExtensionStep, type ExtensionStop } from '../../ml/cam/extendByInpainting'
import { normaliseCam } from '../../ml/cam/normaliseCam'
import type { Services } from '../services'
import { askClassifier, type ClassifierLook } from './askClassifier'
import type { TagClassifier } from './tagClassifier'

type CamServices = Pick<Services, 'features' | 'classifier' | 'pixelWork'>

/** The map of one class, 0..1 at the picture's size, and how its extension ended. */
export interface ExtendedMap {
  readonly map: ScoreMap
  /** Null: inpainting is switched off. */
  readonly stop: ExtensionStop | null
}

/**
 * Stages B and C for one class of a picture. `look` is what the classifier said of the picture as it is, so that it is not
 * asked twice; `normals` are registered clean pictures of its size, nearest first. `onStep` hears of every round.
 */
export async function extendMap(
  services: CamServices,
  classifier: TagClassifier,
  picture: RgbaImage,
  look: ClassifierLook,
  k: number,
  normals: readonly RgbaImage[],
  options: JobOptions,
  onStep: (step: ExtensionStep) => void = () => {},
): Promise<ExtendedMap> {
  const { params } = classifier
  if (!params.inpainting) return { map: normaliseCam(look.maps[k]!), stop: null }
  const rounds = extendByInpainting(picture, params, {
    ask: async (asked) => {
      const said = asked === picture ? look : await askClassifier(services, classifier, asked, null, options)
      return { score: said.scores[k]!, cam: said.maps[k]! }
    },
    inpaint: (image, mask) =>
      services.pixelWork.inpaint({ image, mask, normals, seed: params.seed }, options),
  })
  for (;;) {
    const next = await rounds.next()
    if (next.done === true) return next.value
    onStep(next.value)
  }
}

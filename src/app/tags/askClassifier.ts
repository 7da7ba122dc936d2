import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { RgbaImage, ScoreMap } from '../../core/raster'
import type { ClassifierAnswer, ViewRect } from '../../ml/cam/classifier'
import { guidedBox } from '../../ml/cam/guidedBox'
import { sumCams, type CamView } from '../../ml/cam/mergeCams'
import { pasteZoom } from '../../ml/cam/pasteZoom'
import { zoomRect } from '../../ml/cam/zoomRect'
import type { Services } from '../services'
import { onlyLevels } from './classifierExamples'
import type { TagClassifier } from './tagClassifier'
import { lookAtPicture } from './tagView'

/** What a classifier says of a picture: per class how sure it is, and where. */
export interface ClassifierLook {
  /** (K) probabilities, 0..1: the mean of the looks at the picture as it is. */
  readonly scores: readonly number[]
  /** (K) activation maps of the picture's size, not below 0, not normalised. */
  readonly maps: readonly ScoreMap[]
}

const SCALES: { readonly [choice: string]: readonly number[] } = {
  one: [1],
  three: [1, 0.5, 1.5],
  four: [1, 0.5, 1.5, 2],
}

/**
 * Stage B: looks at a picture in the sizes that the parameters name, upright and turned, and sums what it sees.
 * `key` names the pixels; null for a picture that comes once.
 */
export async function askClassifier(
  services: Pick<Services, 'features' | 'classifier'>,
  classifier: TagClassifier,
  picture: RgbaImage,
  key: string | null,
  options: JobOptions,
): Promise<ClassifierLook> {
  const { params, canvas, backbone, classIds } = classifier
  const method = params.camMethod === 'zoom' ? 'class-map' : params.camMethod
  const look = async (
    canvasOfLook: Size,
    isTurned: boolean,
    rect: ViewRect | null,
  ): Promise<ClassifierAnswer> => {
    options.signal.throwIfAborted()
    const setup = { backboneId: backbone.id, canvas: canvasOfLook, isTurned, rect }
    const view = await lookAtPicture(services.features, picture, key, setup, options)
    return services.classifier.look(classifier, onlyLevels(view, classifier.levels), method, options)
  }

  const answers: { readonly answer: ClassifierAnswer; readonly isTurned: boolean }[] = []
  const scores = classIds.map(() => 0)
  let plainLooks = 0
  for (const scale of SCALES[params.camScales]!) {
    for (const isTurned of params.camFlip ? [false, true] : [false]) {
      const answer = await look(scaled(canvas, scale, backbone.multipleOf), isTurned, null)
      answers.push({ answer, isTurned })
      if (scale !== 1) continue
      plainLooks++
      classIds.forEach((_, k) => (scores[k]! += answer.scores[k]!))
    }
  }
  const maps: ScoreMap[] = []
  for (const [k] of classIds.entries()) {
    const views = answers.map(({ answer, isTurned }): CamView => ({ map: planeOf(answer, k), isTurned }))
    const seen = sumCams(views, { width: picture.width, height: picture.height })
    maps.push(params.camMethod === 'zoom' ? await lookCloser(seen, k) : seen)
  }
  return { scores: scores.map((sum) => sum / plainLooks), maps }

  /** B3: the box that the classifier sees, half as large again, on the whole canvas; the two maps joined by their maximum. */
  async function lookCloser(seen: ScoreMap, k: number): Promise<ScoreMap> {
    const guided = guidedBox(seen, params.cropThreshold)
    if (guided === null) return seen
    const rect = zoomRect(guided.box)
    return pasteZoom(seen, planeOf(await look(canvas, false, rect), k), rect)
  }
}

function planeOf({ width, height, maps }: ClassifierAnswer, k: number): ScoreMap {
  const plane = width * height
  return { width, height, data: maps.subarray(k * plane, (k + 1) * plane) }
}

function scaled({ width, height }: Size, scale: number, multipleOf: number): Size {
  const round = (side: number): number =>
    Math.max(multipleOf, Math.round((side * scale) / multipleOf) * multipleOf)
  return scale === 1 ? { width, height } : { width: round(width), height: round(height) }
}

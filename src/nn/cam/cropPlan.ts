import type { Random } from '../../core/random'
import type { ClassifierExample, CropRequest } from '../../ml/cam/classifier'
import { guidedBox } from '../../ml/cam/guidedBox'
import { sampleFreeCrop, sampleGuidedCrop } from '../../ml/cam/guidedCrop'
import type { ViewPrediction } from './predictViews'

/**
 * One crop of each image (A4, our reconstruction on ContrastiveCrop): of a defective one around where the classifier sees
 * its most probable class, of a clean one anywhere, of the same sizes. An image whose map points nowhere, or whose peak no
 * crop caught, has none this time.
 */
export function cropPlan(
  uprights: readonly ClassifierExample[],
  looks: readonly ViewPrediction[],
  threshold: number,
  random: Random,
): CropRequest[] {
  return uprights.flatMap(({ imageIndex, presence }, i): CropRequest[] => {
    const present = [...presence.keys()].filter((k) => presence[k] === 1)
    if (present.length === 0) return [{ imageIndex, rect: sampleFreeCrop(random) }]
    const { scores, maps } = looks[i]!
    const likeliest = present.reduce((best, k) => (scores[k]! > scores[best]! ? k : best))
    const guided = guidedBox(maps[likeliest]!, threshold)
    const rect = guided === null ? null : sampleGuidedCrop(guided.box, guided.peak, random)
    return rect === null ? [] : [{ imageIndex, rect }]
  })
}

import type { ScoreMap } from '../../core/raster'
import { resizeScores } from '../../ml/raster/resize'
import { cutContent, type ImagePrediction } from '../training/predictImage'

/**
 * What a student says of a picture, gated by its labels, as maps like those of a classifier: for each class that is in the
 * picture the probability of a defect times the share of that class among the present ones; the others get nothing.
 * One class: the defect probability itself. 0..1, at the picture's size.
 * Gating the additional round by image labels is our reconstruction (methods/cam-pseudo-masks.md §8).
 *
 * @param present indices of the classes in the model's order
 */
export function studentMaps(
  { answer, frame, defect }: ImagePrediction,
  present: readonly number[],
): ScoreMap[] {
  if (present.length === 1) return [defect]
  const plane = answer.width * answer.height
  const classes = present.map((index) =>
    resizeScores(
      cutContent(answer.classes.subarray((index + 1) * plane, (index + 2) * plane), frame),
      defect,
    ),
  )
  return classes.map((own) => ({
    ...defect,
    data: defect.data.map((probability, p) => {
      const sum = classes.reduce((total, one) => total + one.data[p]!, 0)
      return sum === 0 ? 0 : (probability * own.data[p]!) / sum
    }),
  }))
}

import { imageGroup } from '../../domain/imageGroup'
import type { RecordsView } from '../../domain/live'
import type { ImageRecord, TrainingRun } from '../../domain/records'
import { isReviewed } from '../reviewedImages'

/** Reviewed images that can say something about a run, and why others cannot. */
export interface IndependentImages {
  readonly images: readonly ImageRecord[]
  /** Things that belong together count once: see `imageGroup`. */
  readonly groups: number
  readonly leftOut: {
    /** Reviewed, but the run learned from them. */
    readonly trained: number
    /** Reviewed, but of a group that the run learned from. */
    readonly related: number
    /** Reviewed, but of the test split: kept for Evaluate. */
    readonly test: number
  }
}

/**
 * The images a run's threshold may be chosen by: reviewed, not skipped, outside the test split, neither trained on nor of
 * one group with an image that was.
 */
export function independentImages(records: RecordsView, run: TrainingRun): IndependentImages {
  const trained = new Set<string>(run.trainImageIds)
  const all = records.ofType('image')
  const trainedGroups = new Set(all.filter((image) => trained.has(image.id)).map(imageGroup))
  const images: ImageRecord[] = []
  const leftOut = { trained: 0, related: 0, test: 0 }
  for (const image of all) {
    if (image.status === 'skipped' || !isReviewed(records, image)) continue
    if (trained.has(image.id)) leftOut.trained++
    else if (image.split === 'test') leftOut.test++
    else if (trainedGroups.has(imageGroup(image))) leftOut.related++
    else images.push(image)
  }
  return { images, groups: new Set(images.map(imageGroup)).size, leftOut }
}

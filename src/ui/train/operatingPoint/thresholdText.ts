import type { ThresholdMeasure } from '../../../app/training/measureThreshold'

/** What the threshold rests on, in one sentence with its counts. */
export function choiceSentence({ choice, best, images, groups }: ThresholdMeasure): string {
  if (choice.by === 'reviews')
    return `${independent(groups)} put the best IoU at ${choice.threshold.toFixed(2)}.`
  if (images === 0)
    return `No reviewed image yet that this run did not learn from: ${choice.missing} are needed before they set the threshold.`
  if (choice.missing > 0) {
    const more = `${choice.missing} more independent reviewed ${choice.missing === 1 ? 'image is' : 'images are'} needed`
    return `${independent(groups)} so far: ${more} before they set the threshold. Until then it is ${choice.threshold.toFixed(2)}, or yours.`
  }
  return best === null
    ? 'None of the reviewed images has a defect: they cannot say where one ends.'
    : `${independent(groups)}.`
}

function independent(groups: number): string {
  return `${groups} independent reviewed ${groups === 1 ? 'image' : 'images'}`
}

/** Reviewed images that count for nothing here, and why; null when there is none. */
export function leftOutSentence({ leftOut }: Pick<ThresholdMeasure, 'leftOut'>): string | null {
  const parts = [
    [leftOut.trained, 'the run learned from'],
    [leftOut.related, 'show a part that the run learned from'],
    [leftOut.test, 'of the test split are kept for Evaluate'],
  ]
    .filter(([count]) => Number(count) > 0)
    .map(([count, why]) => `${count} ${why}`)
  return parts.length === 0 ? null : `Left out: ${parts.join(', ')}.`
}

/** A number of 0..1 with three digits, as in Evaluate. */
export function shareText(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(3)
}

import { currentMasksOfImage, decisionOf, type RecordsView } from '../domain/live'
import type { ImageRecord } from '../domain/records'

/** A person has judged every current mask, or confirmed that there is none. */
export function isReviewed(records: RecordsView, image: ImageRecord): boolean {
  if (image.status === 'confirmedClean') return true
  const masks = currentMasksOfImage(records, image.id)
  return masks.length > 0 && masks.every((mask) => decisionOf(records, mask.id)?.verdict === 'accepted')
}

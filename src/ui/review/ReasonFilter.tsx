import { NativeSelect } from '@mantine/core'
import type { ReviewItem } from '../../domain/reviewQueue'
import { reasonCounts } from './queueFilter'
import type { ReviewController } from './reviewController'
import { REASON_TEXTS } from './reviewWords'
import { useReason } from './useReviewController'

/** Shows only what waits for one reason; not there while everything waits for the same one. */
export function ReasonFilter({
  waiting,
  review,
}: {
  /** The whole queue. */
  waiting: readonly ReviewItem[]
  review: ReviewController
}) {
  const chosen = useReason()
  const counts = reasonCounts(waiting)
  if (chosen === null && counts.size < 2) return null
  const reasons = [...counts.keys()]
  if (chosen !== null && !counts.has(chosen)) reasons.push(chosen)
  return (
    <NativeSelect
      size="xs"
      aria-label="Filter by reason"
      value={chosen ?? ''}
      data={[
        { value: '', label: `All reasons (${waiting.length.toLocaleString()})` },
        ...reasons.map((reason) => ({
          value: reason,
          label: `${REASON_TEXTS[reason].short} (${(counts.get(reason) ?? 0).toLocaleString()})`,
        })),
      ]}
      onChange={(event) =>
        review.setReason(reasons.find((reason) => reason === event.currentTarget.value) ?? null)
      }
    />
  )
}

import { useMemo } from 'react'
import { correctionReview, type CorrectionReview } from '../../domain/correctionReview'
import type { RunId } from '../../domain/records'
import { useRecords } from '../AppProvider'

/** What became of the pixels that self-correction of a run relabelled; nothing for a run that brought none. */
export function CorrectionReviewLine({ runId }: { runId: RunId }) {
  const { records, version } = useRecords()
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- version stands for the records
  const review = useMemo(() => correctionReview(records, runId), [records, version, runId])
  if (review.masks === 0) return null
  return <p className="finds mute num">{reviewText(review)}</p>
}

function reviewText({ masks, areaPx, confirmedShare, fixedPx, openPx }: CorrectionReview): string {
  const px = (count: number): string => `${count.toLocaleString()} px`
  const found = `Self-correction: ${masks} ${masks === 1 ? 'find' : 'finds'} in Review, ${px(areaPx)}`
  const confirmed =
    confirmedShare === null
      ? 'none judged yet'
      : `${Math.round(100 * confirmedShare)} % of the judged pixels confirmed`
  const fixed = fixedPx === 0 ? '' : `, ${px(fixedPx)} fixed`
  const open = openPx === 0 || confirmedShare === null ? '' : `, ${px(openPx)} open`
  return `${found} · ${confirmed}${fixed}${open}`
}

import { decisionOf, isLive, type RecordsView } from './live'
import type { RunId } from './records'

/** What became of the masks that self-correction of a run brought into the queue, in pixels of the pictures. */
export interface CorrectionReview {
  readonly masks: number
  readonly areaPx: number
  readonly acceptedPx: number
  readonly rejectedPx: number
  /** Of masks that a person replaced by another one: how many of their pixels were right the records do not say. */
  readonly fixedPx: number
  /** Not decided yet, or "unsure". */
  readonly openPx: number
  /** Accepted of accepted and rejected pixels, 0..1; null while there are none. */
  readonly confirmedShare: number | null
}

/** Masks whose image, class or box is gone do not count. */
export function correctionReview(records: RecordsView, runId: RunId): CorrectionReview {
  const finds = records
    .ofType('mask')
    .filter(
      (mask) =>
        mask.provenance.kind === 'selfCorrected' && mask.provenance.runId === runId && isLive(records, mask),
    )
  const px = { accepted: 0, rejected: 0, fixed: 0, open: 0 }
  for (const mask of finds) {
    const verdict = decisionOf(records, mask.id)?.verdict ?? null
    if (verdict === 'accepted') px.accepted += mask.areaPx
    else if (verdict === 'rejected') px.rejected += mask.areaPx
    else if (verdict === 'replaced') px.fixed += mask.areaPx
    else px.open += mask.areaPx
  }
  const judged = px.accepted + px.rejected
  return {
    masks: finds.length,
    areaPx: judged + px.fixed + px.open,
    acceptedPx: px.accepted,
    rejectedPx: px.rejected,
    fixedPx: px.fixed,
    openPx: px.open,
    confirmedShare: judged === 0 ? null : px.accepted / judged,
  }
}

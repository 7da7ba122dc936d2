import { currentMaskOf, decisionOf, type RecordsView } from './live'
import type { ClassId, DrawingStyle, PseudoMask } from './records'

/** A style is learned from this many masks at least: fewer show a mood, not a habit. */
export const STYLE_LEAST_MASKS = 3
/** And from the latest so many: people change how they draw. */
const STYLE_MOST_MASKS = 10

/** A change of threshold or growth below these is not worth another mask for the same box. */
const NOTICED_THRESHOLD = 0.02
const NOTICED_DILATION_PX = 0.25

/**
 * The masks that show how somebody draws a class, oldest first: the latest accepted ones that stand for a box, painted
 * or not, one a box, at most `STYLE_MOST_MASKS`.
 */
export function styleMasks(records: RecordsView, classId: ClassId): readonly PseudoMask[] {
  const judged: { readonly mask: PseudoMask; readonly at: string }[] = []
  for (const box of records.ofType('annotation')) {
    if (box.classId !== classId) continue
    const mask = currentMaskOf(records, box.id)
    if (mask === null || mask.areaPx === 0) continue
    const decision = decisionOf(records, mask.id)
    if (decision?.verdict === 'accepted') judged.push({ mask, at: decision.decidedAt })
  }
  return judged
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.mask.id < b.mask.id ? -1 : 1))
    .slice(-STYLE_MOST_MASKS)
    .map(({ mask }) => mask)
}

/**
 * A generator's proposal that a drawing style may still change: for the box as it is, undecided, found, and not a
 * candidate that the person chose by hand.
 */
export function isStylable(records: RecordsView, mask: PseudoMask): boolean {
  return (
    mask.provenance.kind === 'generated' &&
    mask.provenance.candidate === null &&
    !mask.isUnresolved &&
    decisionOf(records, mask.id) === null
  )
}

/** True when the two styles would draw visibly different masks. */
export function isNoticeable(a: DrawingStyle | null, b: DrawingStyle | null): boolean {
  if (a === null || b === null) return a !== b
  if (a.reading !== b.reading) return true
  if ((a.threshold === null) !== (b.threshold === null)) return true
  return (
    Math.abs((a.threshold ?? 0) - (b.threshold ?? 0)) > NOTICED_THRESHOLD ||
    Math.abs(a.dilationPx - b.dilationPx) > NOTICED_DILATION_PX
  )
}

import {
  asksAboutCleanImage,
  currentMaskOf,
  decisionOf,
  isActiveDraft,
  isLive,
  isShownTagMask,
  isStudentDraft,
  type RecordsView,
} from './live'
import type { ImageId, PseudoMask } from './records'

export type ReviewReason =
  | 'studentDiffers'
  | 'foundByStudent'
  | 'foundOnCleanImage'
  | 'selfCorrected'
  | 'fromTags'
  | 'firesOnClean'
  | 'newMask'
  | 'unresolved'
  | 'imported'

/** One thing to decide: a mask nobody has judged, possibly against the mask it would replace. */
export interface ReviewItem {
  /** Stable across recomputations: the mask's id. */
  readonly key: string
  readonly imageId: ImageId
  readonly mask: PseudoMask
  /** The current mask it would replace on Accept; null when it adds something. */
  readonly against: PseudoMask | null
  readonly reason: ReviewReason
  /** Pixels that a decision may set right: the order of the queue (`reviewQueue` has the rule of each kind). */
  readonly benefit: number
  /** 0..1; null when its maker gave none. */
  readonly confidence: number | null
  /** Mixed in regardless of benefit, so that the measured error stays unbiased. */
  readonly isAudit: boolean
}

/** Every this-many-th place goes to a random item. */
const AUDIT_EVERY = 8

/**
 * Records -> ordered review items. An item is a mask not yet seen: a student's draft (made only where it differs from
 * the current mask, IoU < 0.8; of the active run only) or what self-correction found in it or in the run under way, a mask from an image label of the active tag run, a
 * generator's current proposal, or an import with a score.
 * Benefit: disagreeing pixels x confidence of a draft; area x doubt of a proposal and of a mask from a label (doubt 1
 * where the map was weak); area x mean activation of a mask on a confirmed-clean image, as the surest alarm is the
 * likeliest missed defect. Order: expected benefit, ties by id, so that it never flickers; random items are mixed in by a hash of their id.
 */
export function reviewQueue(records: RecordsView): ReviewItem[] {
  const items: ReviewItem[] = []
  for (const mask of records.ofType('mask')) {
    if (mask.role !== 'defect' || !isLive(records, mask) || decisionOf(records, mask.id) !== null) continue
    const item = itemOf(records, mask)
    if (item !== null) items.push(item)
  }
  items.sort((a, b) => b.benefit - a.benefit || (a.key < b.key ? -1 : 1))
  return mixInAudits(items, judgedCount(records))
}

function itemOf(records: RecordsView, mask: PseudoMask): ReviewItem | null {
  const base = { key: mask.id, imageId: mask.imageId, mask, isAudit: false }
  if (isStudentDraft(mask)) return isActiveDraft(records, mask) ? studentItem(records, mask, base) : null
  if (mask.provenance.kind === 'cam')
    return isShownTagMask(records, mask) ? tagItem(records, mask, base) : null
  // Of several proposals for one box only the one that stands for it is worth a person's time.
  if (mask.annotationId !== null && currentMaskOf(records, mask.annotationId)?.id !== mask.id) return null
  if (mask.isUnresolved) {
    const { width, height } =
      mask.provenance.kind === 'generated' ? mask.provenance.promptBoxPx : mask.boundsPx
    return { ...base, against: null, reason: 'unresolved', benefit: width * height * 0.5, confidence: null }
  }
  const confidence = mask.provenance.kind === 'imported' ? mask.provenance.score : mask.quality.predictedIou
  const reason = mask.provenance.kind === 'imported' ? 'imported' : 'newMask'
  // Nothing disagrees with it yet: what it may gain is the share of its pixels that its maker doubts.
  return { ...base, against: null, reason, benefit: mask.areaPx * (1 - (confidence ?? 0.5)), confidence }
}

function studentItem(
  records: RecordsView,
  mask: PseudoMask,
  base: Pick<ReviewItem, 'key' | 'imageId' | 'mask' | 'isAudit'>,
): ReviewItem {
  const against = mask.annotationId === null ? null : currentMaskOf(records, mask.annotationId)
  const confidence =
    mask.provenance.kind === 'student' || mask.provenance.kind === 'selfCorrected'
      ? mask.provenance.meanProbability
      : null
  const disagreementPx = mask.provenance.kind === 'student' ? mask.provenance.disagreementPx : mask.areaPx
  const image = records.get(mask.imageId)
  const isOnCleanImage = image?.type === 'image' && image.status === 'confirmedClean'
  const found = mask.provenance.kind === 'selfCorrected' ? 'selfCorrected' : 'foundByStudent'
  const reason = against !== null ? 'studentDiffers' : isOnCleanImage ? 'foundOnCleanImage' : found
  return { ...base, against, reason, benefit: disagreementPx * (confidence ?? 0.5), confidence }
}

/** From an image label; on a confirmed-clean image a question: the classifier or the student fires there. */
function tagItem(
  records: RecordsView,
  mask: PseudoMask,
  base: Pick<ReviewItem, 'key' | 'imageId' | 'mask' | 'isAudit'>,
): ReviewItem {
  const cam = mask.provenance.kind === 'cam' ? mask.provenance : null
  const confidence = cam?.meanActivation ?? 0
  if (asksAboutCleanImage(records, mask))
    return {
      ...base,
      against: null,
      reason: 'firesOnClean',
      benefit: mask.areaPx * confidence,
      confidence,
    }
  const doubt = cam?.isLowConfidence === true ? 1 : 1 - confidence
  return { ...base, against: null, reason: 'fromTags', benefit: mask.areaPx * doubt, confidence }
}

/**
 * Counts judgements too: the places would otherwise move ahead of the reviewer with every decision, and no random item
 * would ever reach the front.
 */
function mixInAudits(sorted: readonly ReviewItem[], judged: number): ReviewItem[] {
  const isPlace = (position: number): boolean => (judged + position) % AUDIT_EVERY === AUDIT_EVERY - 1
  const places = sorted.filter((_, position) => isPlace(position)).length
  const audits = [...sorted].sort((a, b) => hashOf(a.key) - hashOf(b.key)).slice(0, places)
  const isAudit = new Set(audits.map((item) => item.key))
  const rest = sorted.filter((item) => !isAudit.has(item.key)).values()
  const random = audits.values()
  return sorted.map((_, position) =>
    isPlace(position) ? { ...random.next().value!, isAudit: true } : rest.next().value!,
  )
}

/** Masks that somebody judged; what a fix replaced counts with its replacement. */
function judgedCount(records: RecordsView): number {
  return records.ofType('decision').filter((decision) => decision.verdict !== 'replaced').length
}

/** FNV-1a: spreads ids evenly, the same on every machine. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

import {
  asksAboutCleanImage,
  currentMaskOf,
  decisionOf,
  isLive,
  isShownTagMask,
  isStudentDraft,
  isTagMask,
  type RecordsView,
} from './live'
import type { BoxAnnotation, ImageRecord, PseudoMask } from './records'

export interface ExportChoice {
  /** Also masks that nobody has judged yet. */
  readonly includeUnreviewed: boolean
  /** Also images that nobody has finished or that were skipped. */
  readonly includeUnseen: boolean
}

/** What an export takes, and what it leaves out with the reason, before a byte is written. */
export interface ExportScope {
  readonly images: readonly ImageRecord[]
  readonly masks: readonly PseudoMask[]
  /** Boxes that go out without a mask: none yet, nothing found, or not reviewed and left out. */
  readonly boxOnly: readonly BoxAnnotation[]
  readonly ignoreRegions: readonly PseudoMask[]
  readonly clean: readonly ImageRecord[]
  readonly leftOut: {
    readonly unseen: readonly ImageRecord[]
    readonly skipped: readonly ImageRecord[]
    /** Current proposals nobody has judged, on images in scope; their boxes go out alone. */
    readonly unreviewed: readonly PseudoMask[]
    /** Student drafts waiting in the queue: never exported before somebody accepts them. */
    readonly drafts: readonly PseudoMask[]
    readonly rejected: readonly PseudoMask[]
    readonly unsure: readonly PseudoMask[]
  }
}

/**
 * Which images and masks an export of the project takes. Images in scope: everything but unseen and skipped ones
 * (an option takes those too). Per box: its current mask when accepted, or when unreviewed ones are wanted.
 * Masks without a box go by the same rule; student drafts never go out before somebody accepts them. Undecided masks from
 * image labels go by it where they are shown; those on confirmed-clean images are questions and never go out.
 */
export function exportScope(records: RecordsView, choice: ExportChoice): ExportScope {
  const images: ImageRecord[] = []
  const unseen: ImageRecord[] = []
  const skipped: ImageRecord[] = []
  for (const image of records.ofType('image')) {
    if (choice.includeUnseen || (image.status !== 'unseen' && image.status !== 'skipped')) images.push(image)
    else if (image.status === 'unseen') unseen.push(image)
    else skipped.push(image)
  }

  const masks: PseudoMask[] = []
  const boxOnly: BoxAnnotation[] = []
  const ignoreRegions: PseudoMask[] = []
  const unreviewed: PseudoMask[] = []
  const drafts: PseudoMask[] = []
  const rejected: PseudoMask[] = []
  const unsure: PseudoMask[] = []
  for (const image of images) {
    for (const box of records.ofImage('annotation', image.id)) {
      const mask = currentMaskOf(records, box.id)
      if (mask === null || mask.isUnresolved) {
        boxOnly.push(box)
        continue
      }
      const isAccepted = decisionOf(records, mask.id)?.verdict === 'accepted'
      if (isAccepted || choice.includeUnreviewed) {
        masks.push(mask)
        continue
      }
      unreviewed.push(mask)
      boxOnly.push(box)
    }
    for (const mask of records.ofImage('mask', image.id)) {
      if (!isLive(records, mask)) continue
      const verdict = decisionOf(records, mask.id)?.verdict ?? null
      if (verdict === null && isTagMask(mask)) {
        if (!isShownTagMask(records, mask) || asksAboutCleanImage(records, mask)) continue
      }
      if (mask.role === 'ignore') {
        if (verdict !== 'rejected' && verdict !== 'replaced') ignoreRegions.push(mask)
        continue
      }
      if (verdict === 'rejected') rejected.push(mask)
      else if (verdict === 'unsure') unsure.push(mask)
      else if (verdict === null && isStudentDraft(mask)) drafts.push(mask)
      else if (mask.annotationId !== null || mask.isUnresolved) continue
      else if (verdict === 'accepted' || (verdict === null && choice.includeUnreviewed)) masks.push(mask)
      else if (verdict === null) unreviewed.push(mask)
    }
  }
  return {
    images,
    masks,
    boxOnly,
    ignoreRegions,
    clean: images.filter((image) => image.status === 'confirmedClean'),
    leftOut: { unseen, skipped, unreviewed, drafts, rejected, unsure },
  }
}

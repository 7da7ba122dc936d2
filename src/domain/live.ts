import { clipBox, type Box } from '../core/geometry'
import { sameClicks } from './clickRules'
import type {
  AnyRecord,
  ClickPrompt,
  MaskId,
  PseudoMask,
  ReviewDecision,
  RecordOf,
  RecordType,
} from './records'

/** Read access to all records of a project; `app/projectStore` provides it with indexes. */
export interface RecordsView {
  get(id: string): AnyRecord | undefined
  ofType<T extends RecordType>(type: T): readonly RecordOf<T>[]
  /** Boxes, masks, labels, layers of one image. */
  ofImage<T extends 'annotation' | 'mask' | 'imageLabel' | 'layer' | 'tagScore'>(
    type: T,
    imageId: string,
  ): readonly RecordOf<T>[]
  /** Decisions about one mask, oldest first. */
  decisionsOf(maskId: MaskId): readonly ReviewDecision[]
  /** Masks made for one box, oldest first. */
  masksOf(annotationId: string): readonly PseudoMask[]
  /** Clicks that refine one box's mask, oldest first. */
  clicksOf(annotationId: string): readonly ClickPrompt[]
}

/** The latest decision about a mask, or null while nobody has looked. */
export function decisionOf(records: RecordsView, maskId: MaskId): ReviewDecision | null {
  return records.decisionsOf(maskId).at(-1) ?? null
}

/** False when the image, the class or the box it belongs to is gone. Nothing is deleted in step: undo brings all back. */
export function isLive(records: RecordsView, mask: PseudoMask): boolean {
  if (records.get(mask.imageId) === undefined) return false
  if (mask.classId !== null && records.get(mask.classId) === undefined) return false
  return mask.annotationId === null || records.get(mask.annotationId) !== undefined
}

/**
 * The mask that stands for a box now: the latest accepted one, else the latest proposal of a generator that nobody
 * rejected or replaced and that answers the box and clicks as they are (so taking back a click brings back the mask
 * before it), else the latest proposal of all. Student drafts stand for a box only once accepted: until then they wait
 * in the queue.
 */
export function currentMaskOf(records: RecordsView, annotationId: string): PseudoMask | null {
  let accepted: PseudoMask | null = null
  let proposed: PseudoMask | null = null
  let proposedAnyhow: PseudoMask | null = null
  for (const mask of records.masksOf(annotationId)) {
    if (!isLive(records, mask)) continue
    const verdict = decisionOf(records, mask.id)?.verdict ?? null
    if (verdict === 'accepted') accepted = mask
    else if (verdict === null && !isStudentDraft(mask)) {
      proposedAnyhow = mask
      if (answersPrompt(records, mask)) proposed = mask
    }
  }
  return accepted ?? proposed ?? proposedAnyhow
}

/**
 * True unless a generator made the mask for another box or other clicks than its box has now. Masks of generators
 * without a model, and those made before clicks existed, do not depend on clicks.
 */
export function answersPrompt(records: RecordsView, { annotationId, provenance }: PseudoMask): boolean {
  if (annotationId === null || provenance.kind !== 'generated') return true
  const box = records.get(annotationId)
  if (box?.type !== 'annotation') return true
  const image = records.get(box.imageId)
  const promptPx = image?.type === 'image' ? clipBox(box.boxPx, image) : box.boxPx
  if (promptPx === null || !sameBox(promptPx, provenance.promptBoxPx)) return false
  return provenance.modelId === null || sameClicks(provenance.clicks, records.clicksOf(annotationId))
}

function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/** Proposed by a trained student (a whole-image draft or a self-correction), not by a box generator. */
export function isStudentDraft(mask: PseudoMask): boolean {
  return mask.provenance.kind === 'student' || mask.provenance.kind === 'selfCorrected'
}

/**
 * Drafts of former runs wait out of sight: going back to that run brings them back, nothing has to be deleted. What
 * self-correction finds is shown while its run is under way, too.
 */
export function isActiveDraft(records: RecordsView, mask: PseudoMask): boolean {
  const { provenance } = mask
  if (provenance.kind !== 'student' && provenance.kind !== 'selfCorrected') return false
  if (provenance.kind === 'selfCorrected') {
    const run = records.get(provenance.runId)
    if (run?.type === 'run' && run.status === 'running') return true
  }
  return records.ofType('settings')[0]?.activeRunId === provenance.runId
}

/** Made from an image label alone, by a classifier's activation map or a student of the second round. */
export function isTagMask(mask: PseudoMask): boolean {
  return mask.provenance.kind === 'cam'
}

/**
 * Whether an undecided mask from image labels is there for anybody: in review, on the canvas, in training, in what an
 * export counts. It is when it comes from the active tag run, its image is not skipped, and no stronger word speaks
 * against it: a box of its class (boxes win), or labels that name other classes only (the image was sorted anew).
 * On a confirmed-clean image it is shown as a question, see `asksAboutCleanImage`. False for masks of any other kind.
 */
export function isShownTagMask(records: RecordsView, mask: PseudoMask): boolean {
  if (mask.provenance.kind !== 'cam' || !isLive(records, mask)) return false
  if (decisionOf(records, mask.id) !== null) return false
  if (records.ofType('settings')[0]?.activeTagRunId !== mask.provenance.tagRunId) return false
  const image = records.get(mask.imageId)
  if (image?.type !== 'image' || image.status === 'skipped') return false
  if (records.ofImage('annotation', image.id).some((box) => box.classId === mask.classId)) return false
  const labels = records.ofImage('imageLabel', image.id)
  if (labels.some((label) => label.classId === mask.classId && label.presence === 'absent')) return false
  const present = labels.filter(
    (label) => label.presence === 'present' && records.get(label.classId) !== undefined,
  )
  return present.length === 0 || present.some((label) => label.classId === mask.classId)
}

/** The missed-defect hunter: classifier or student fires on an image that a person confirmed as clean. It only asks. */
export function asksAboutCleanImage(records: RecordsView, mask: PseudoMask): boolean {
  const image = records.get(mask.imageId)
  return image?.type === 'image' && image.status === 'confirmedClean' && isShownTagMask(records, mask)
}

/** All masks that count as marks of an image: the current mask of each box, and accepted masks without a box. */
export function currentMasksOfImage(records: RecordsView, imageId: string): PseudoMask[] {
  const current: PseudoMask[] = []
  for (const annotation of records.ofImage('annotation', imageId)) {
    const mask = currentMaskOf(records, annotation.id)
    if (mask !== null) current.push(mask)
  }
  for (const mask of records.ofImage('mask', imageId)) {
    if (mask.annotationId !== null || mask.role !== 'defect' || !isLive(records, mask)) continue
    if (decisionOf(records, mask.id)?.verdict === 'accepted') current.push(mask)
  }
  return current
}

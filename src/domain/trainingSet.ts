import type { Box } from '../core/geometry'
import {
  asksAboutCleanImage,
  currentMaskOf,
  decisionOf,
  isLive,
  isShownTagMask,
  type RecordsView,
} from './live'
import type { BlobHash, ClassId, ImageId, ImageRecord, PseudoMask } from './records'

/** What one image teaches, before any pixel is read. Rules: product.md, "Decisions" 1. */
export interface ImageTarget {
  readonly imageId: ImageId
  /** Painted as their class, large first. */
  readonly masks: readonly { readonly classId: ClassId; readonly pixels: BlobHash; readonly areaPx: number }[]
  /** Painted as ignore (255) over everything: unresolved boxes, unsure masks, ignore regions, masks wrong in a known way. */
  readonly ignoreBoxesPx: readonly Box[]
  readonly ignoreMasks: readonly BlobHash[]
  /** Masks of low confidence: a rim around them teaches nothing either way. They are among `masks` too. */
  readonly rimmedMasks: readonly BlobHash[]
  /** "Not a defect": background that self-correction may not touch. */
  readonly barredMasks: readonly BlobHash[]
  readonly isConfirmedClean: boolean
  /** Every mask was judged by a person (or the image is confirmed clean): usable for validation. */
  readonly isReviewed: boolean
}

/** What a run would use, in counts a person can check. */
export interface TrainingSetSummary {
  readonly images: number
  readonly withMasks: number
  readonly confirmedClean: number
  readonly acceptedMasks: number
  readonly unreviewedMasks: number
  readonly unresolvedBoxes: number
  /** Boxes that have no mask yet: Propose first. */
  readonly boxesWithoutMask: number
  readonly reviewedValidationImages: number
  readonly imageIds: readonly ImageId[]
  /** Why Train is disabled, as a sentence with the next step; null when it can start. */
  readonly blocker: string | null
  /** What is thin but allowed, as sentences. */
  readonly warnings: readonly string[]
}

export interface TrainingSet {
  readonly train: readonly ImageTarget[]
  readonly validation: readonly ImageTarget[]
  readonly summary: TrainingSetSummary
}

const MIN_IMAGES_WITH_MASKS = 2
/** From this many reviewed validation images on, the best epoch is chosen by them (product.md, "Decisions" 2). */
const MIN_REVIEWED_VALIDATION = 10

/** Records -> which images and masks a run uses. Images of the `test` split never train. */
export function trainingSet(records: RecordsView): TrainingSet {
  const train: ImageTarget[] = []
  const validation: ImageTarget[] = []
  const counts = { accepted: 0, unreviewed: 0, unresolved: 0, withoutMask: 0 }
  for (const image of records.ofType('image')) {
    if (image.status === 'skipped' || image.split === 'test') continue
    const target = targetOf(records, image, counts)
    if (target === null) continue
    if (image.split === 'val') {
      if (target.isReviewed) validation.push(target)
    } else train.push(target)
  }
  return { train, validation, summary: summarise(records, train, validation, counts) }
}

function targetOf(
  records: RecordsView,
  image: ImageRecord,
  counts: { accepted: number; unreviewed: number; unresolved: number; withoutMask: number },
): ImageTarget | null {
  const masks: { classId: ClassId; pixels: BlobHash; areaPx: number }[] = []
  const ignoreBoxesPx: Box[] = []
  const ignoreMasks: BlobHash[] = []
  const barredMasks: BlobHash[] = []
  const rimmedMasks: BlobHash[] = []
  let judged = 0
  let open = 0

  const addMask = (mask: PseudoMask, isAccepted: boolean): void => {
    if (mask.classId === null) return
    masks.push({ classId: mask.classId, pixels: mask.pixels, areaPx: mask.areaPx })
    if (isAccepted) {
      counts.accepted++
      judged++
    } else {
      counts.unreviewed++
      open++
    }
  }

  for (const annotation of records.ofImage('annotation', image.id)) {
    const current = currentMaskOf(records, annotation.id)
    if (current === null) {
      const verdicts = records.masksOf(annotation.id).map((mask) => decisionOf(records, mask.id))
      const isNoDefect = verdicts.some((decision) => decision?.reason === 'notADefect')
      if (isNoDefect) judged++
      else {
        // A box says "somewhere in here": without a mask its inside teaches nothing either way.
        ignoreBoxesPx.push(annotation.boxPx)
        if (verdicts.length === 0) counts.withoutMask++
        open++
      }
    } else if (current.isUnresolved) {
      ignoreBoxesPx.push(annotation.boxPx)
      counts.unresolved++
      open++
    } else addMask(current, decisionOf(records, current.id)?.verdict === 'accepted')
  }

  for (const mask of records.ofImage('mask', image.id)) {
    if (!isLive(records, mask)) continue
    if (mask.role === 'ignore') {
      ignoreMasks.push(mask.pixels)
      continue
    }
    const decision = decisionOf(records, mask.id)
    if (decision === null) {
      if (mask.annotationId === null && mask.provenance.kind === 'imported') addMask(mask, false)
      // A label alone made it. What only asks about a clean image never teaches.
      if (isShownTagMask(records, mask) && !asksAboutCleanImage(records, mask)) {
        addMask(mask, false)
        if (mask.provenance.kind === 'cam' && mask.provenance.isLowConfidence) rimmedMasks.push(mask.pixels)
      }
      continue
    }
    if (decision.verdict === 'accepted' && mask.annotationId === null) addMask(mask, true)
    if (decision.verdict === 'unsure') ignoreMasks.push(mask.pixels)
    if (decision.verdict === 'rejected') {
      if (decision.reason === 'notADefect') barredMasks.push(mask.pixels)
      else if (mask.annotationId === null) ignoreMasks.push(mask.pixels)
      judged++
    }
  }

  const isConfirmedClean = image.status === 'confirmedClean'
  const hasSomething = masks.length > 0 || barredMasks.length > 0 || isConfirmedClean
  if (!hasSomething) return null
  return {
    imageId: image.id,
    masks,
    ignoreBoxesPx,
    ignoreMasks,
    rimmedMasks,
    barredMasks,
    isConfirmedClean,
    isReviewed: open === 0 && (isConfirmedClean || judged > 0),
  }
}

function summarise(
  records: RecordsView,
  train: readonly ImageTarget[],
  validation: readonly ImageTarget[],
  counts: { accepted: number; unreviewed: number; unresolved: number; withoutMask: number },
): TrainingSetSummary {
  const withMasks = train.filter((target) => target.masks.length > 0).length
  const warnings: string[] = []
  if (counts.withoutMask > 0) {
    warnings.push(
      `${plural(counts.withoutMask, 'box has', 'boxes have')} no mask yet and will count as "don't know". Propose all boxes first.`,
    )
  }
  if (counts.unresolved > 0) {
    warnings.push(
      `${plural(counts.unresolved, 'unresolved box counts', 'unresolved boxes count')} as "don't know".`,
    )
  }
  const clean = train.filter((target) => target.isConfirmedClean).length
  if (clean === 0)
    warnings.push('No confirmed-clean image: false alarms on good parts will not be unlearned.')
  if (validation.length < MIN_REVIEWED_VALIDATION) {
    warnings.push(
      `${validation.length} reviewed validation ${validation.length === 1 ? 'image' : 'images'} (${MIN_REVIEWED_VALIDATION} needed): the last model is kept, the best epoch cannot be told.`,
    )
  }
  return {
    images: train.length,
    withMasks,
    confirmedClean: clean,
    acceptedMasks: counts.accepted,
    unreviewedMasks: counts.unreviewed,
    unresolvedBoxes: counts.unresolved,
    boxesWithoutMask: counts.withoutMask,
    reviewedValidationImages: validation.length,
    imageIds: train.map((target) => target.imageId),
    blocker: blockerOf(records, withMasks, counts.withoutMask),
    warnings,
  }
}

function blockerOf(records: RecordsView, withMasks: number, withoutMask: number): string | null {
  if (records.ofType('image').length === 0) return 'Add images first.'
  if (records.ofType('class').length === 0) return 'Add a defect class first.'
  if (withMasks >= MIN_IMAGES_WITH_MASKS) return null
  if (withoutMask > 0) return 'The boxes have no masks yet: propose them on the Annotate screen.'
  const missing = MIN_IMAGES_WITH_MASKS - withMasks
  return `${missing} more boxed ${missing === 1 ? 'image' : 'images'} needed outside the test split.`
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

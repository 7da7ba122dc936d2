import { intersectBoxes, type Size } from '../../core/geometry'
import type { Rle } from '../../core/raster'
import { decisionOf, isActiveDraft, isLive, isStudentDraft, type RecordsView } from '../../domain/live'
import { idOf, type ClassId, type ImageRecord, type PseudoMask, type RunId } from '../../domain/records'
import type { ImageTarget } from '../../domain/trainingSet'
import type { TrainingEvent } from '../../ml/training'
import { frameOf } from '../../ml/imaging/networkInput'
import { rleIntersectionArea, rleIou } from '../../ml/raster/rleSets'
import type { LiveTraining } from '../trainingFace'
import type { Workspace } from '../workspace'
import { regionOnImage, type ImageRegion } from './correctionMask'

type Correction = Extract<TrainingEvent, { kind: 'correction' }>

/** Fewer pixels of the picture are noise that nobody should review. */
const MIN_AREA_PX = 16
/** The best so many of an image and epoch are asked about; a person who reviews has better things to do than more. */
const PER_IMAGE_AND_EPOCH = 3
/** So many undecided finds of a run wait for an image at most. */
const PER_IMAGE = 6
/** As in drafts: from here on two masks are the same, and a region that a person rejected is not asked about again. */
const SAME_IOU = 0.8
const REJECTED_IOU = 0.5

export interface CorrectionQueueOptions {
  readonly runId: RunId
  readonly targets: readonly ImageTarget[]
  readonly canvas: Size
  /** Class i + 1 of the student. */
  readonly classIds: readonly ClassId[]
  /** Self-correction's own, on P(defect class). */
  readonly threshold: number
  readonly isWritable: () => boolean
  readonly onCount: (finds: LiveTraining['finds']) => void
}

/** Brings what self-correction adds into the review queue while the run goes on. */
export interface CorrectionQueue {
  add(correction: Correction): void
  /** Those since the last call become masks to review: the best of each image. */
  endOfEpoch(): void
  /** Resolves when nothing is on its way any more. Never rejects. */
  settled(): Promise<void>
}

/**
 * A find is a mask of its own, undecided: the run goes on with its own copy of the labels, whatever a person decides.
 * Held back, and only counted, is what a person would judge twice or in vain: specks, what is marked or waits already,
 * what was rejected before, and what merely extends a mask that is there (the draft at the end of the run shows that with
 * its whole outline).
 */
export function createCorrectionQueue(
  workspace: Workspace,
  options: CorrectionQueueOptions,
): CorrectionQueue {
  const { targets, isWritable } = options
  let collected: Correction[] = []
  let working: Promise<void> = Promise.resolve()
  let finds = { queued: 0, heldBack: 0 }

  const take = async (corrections: readonly Correction[]): Promise<void> => {
    for (const imageIndex of new Set(corrections.map((found) => found.imageIndex))) {
      const imageId = targets[imageIndex]?.imageId
      const image = imageId === undefined || !isWritable() ? undefined : workspace.records().get(imageId)
      const ofImage = corrections.filter((found) => found.imageIndex === imageIndex)
      const masks = image?.type === 'image' ? await masksToReview(workspace, options, image, ofImage) : []
      // The image may have gone, and the project too, while its masks were looked at.
      const isKept = masks.length > 0 && isWritable() && workspace.records().get(image!.id) !== undefined
      if (isKept) workspace.transact('Found by self-correction', 'job', { put: masks })
      const queued = isKept ? masks.length : 0
      finds = { queued: finds.queued + queued, heldBack: finds.heldBack + ofImage.length - queued }
    }
    options.onCount(finds)
  }

  return {
    add: (correction) => void collected.push(correction),
    endOfEpoch: () => {
      if (collected.length === 0) return
      const corrections = collected
      collected = []
      // A find that cannot be queued is lost to the queue, never to the run; the drafts at its end show it.
      working = working.then(() => take(corrections)).catch(() => undefined)
    },
    settled: () => working,
  }
}

async function masksToReview(
  workspace: Workspace,
  { runId, canvas, classIds, threshold }: CorrectionQueueOptions,
  image: ImageRecord,
  corrections: readonly Correction[],
): Promise<PseudoMask[]> {
  const records = workspace.records()
  const frame = frameOf(image, canvas)
  const known = await Promise.all(
    records
      .ofImage('mask', image.id)
      .filter((mask) => isLive(records, mask) && mask.areaPx > 0 && isInSight(records, mask))
      .map(async (mask) => ({ mask, rle: await workspace.pictures.rle(mask) })),
  )
  const waiting = known.filter(
    ({ mask }) => isFindOf(mask, runId) && decisionOf(records, mask.id) === null,
  ).length
  const room = Math.min(PER_IMAGE_AND_EPOCH, PER_IMAGE - waiting)
  const masks: PseudoMask[] = []
  const best = [...corrections].sort((a, b) => b.areaPx * b.meanProbability - a.areaPx * a.meanProbability)
  for (const { rle, classIndex, epoch, meanProbability } of best) {
    const classId = classIds[classIndex - 1]
    if (masks.length >= room || classId === undefined || records.get(classId) === undefined) continue
    const region = regionOnImage(rle, frame, image, 0)
    const surroundings = regionOnImage(rle, frame, image, 1)
    if (region === null || surroundings === null || region.areaPx < MIN_AREA_PX) continue
    if (known.some(({ mask, rle: other }) => isKnown(workspace, mask, other, classId, region, surroundings)))
      continue
    masks.push({
      id: idOf('mask', workspace.services.newId()),
      type: 'mask',
      role: 'defect',
      imageId: image.id,
      classId,
      annotationId: null,
      pixels: await workspace.pictures.putRle(region.rle),
      areaPx: region.areaPx,
      boundsPx: region.boundsPx,
      isUnresolved: false,
      quality: { predictedIou: null, stability: null, tightness: null },
      provenance: { kind: 'selfCorrected', runId, epoch, threshold, meanProbability },
      createdAt: workspace.services.clock.now(),
      foreign: null,
    })
  }
  return masks
}

/** Undecided drafts of former runs are not: what they show would be asked about by nobody. */
function isInSight(records: RecordsView, mask: PseudoMask): boolean {
  return !isStudentDraft(mask) || decisionOf(records, mask.id) !== null || isActiveDraft(records, mask)
}

function isFindOf({ provenance }: PseudoMask, runId: RunId): boolean {
  return provenance.kind === 'selfCorrected' && provenance.runId === runId
}

function isKnown(
  workspace: Workspace,
  mask: PseudoMask,
  other: Rle,
  classId: ClassId,
  region: ImageRegion,
  surroundings: ImageRegion,
): boolean {
  if (intersectBoxes(mask.boundsPx, surroundings.boundsPx) === null) return false
  const verdict = decisionOf(workspace.records(), mask.id)?.verdict ?? null
  if (verdict === 'rejected' || verdict === 'unsure') return rleIou(other, region.rle) >= REJECTED_IOU
  if (verdict === 'replaced') return false
  if (rleIntersectionArea(other, surroundings.rle) > 0 && mask.classId === classId) return true
  return rleIou(other, region.rle) >= SAME_IOU
}

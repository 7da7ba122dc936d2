import type { JobOptions } from '../../core/job'
import type { Rle } from '../../core/raster'
import { intersectBoxes } from '../../core/geometry'
import { currentMasksOfImage, decisionOf, isLive } from '../../domain/live'
import {
  idOf,
  type AnnotationId,
  type AnyRecord,
  type ImageRecord,
  type MaskId,
  type PseudoMask,
  type TrainingRun,
} from '../../domain/records'
import { rleIntersectionArea, rleIou } from '../../ml/raster/rleSets'
import type { Workspace } from '../workspace'
import type { StudentModel } from './predictImage'
import { predictLayer, type RunInstance } from './predictionLayer'

/** Below this IoU a draft and the current mask count as different, and a person's look may pay (product.md, "Decisions" 7). */
const SAME_IOU = 0.8
/** A region that a person rejected before is not asked about again. */
const REJECTED_IOU = 0.5

/**
 * Drafts of a run's student for every image: one prediction layer each (for Evaluate), and a mask to review for each
 * instance that differs from what is there. Returns the number of masks added. Cancel keeps the images done so far.
 */
export async function draftAll(
  workspace: Workspace,
  run: TrainingRun,
  model: StudentModel,
  { signal, onProgress }: JobOptions,
): Promise<number> {
  const images = workspace
    .records()
    .ofType('image')
    .filter((image) => image.status !== 'skipped')
  let added = 0
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: images.length, note: `Draft for ${image.fileName}` })
    added += await draftImage(workspace, run, model, image, signal)
  }
  return added
}

async function draftImage(
  workspace: Workspace,
  run: TrainingRun,
  model: StudentModel,
  image: ImageRecord,
  signal: AbortSignal,
): Promise<number> {
  const { instances } = await predictLayer(workspace, run, model, image, signal)
  const known = await knownMasks(workspace, image)
  const drafts: AnyRecord[] = []
  for (const instance of instances) {
    const draft = await draftOf(workspace, run, image, instance, known)
    if (draft !== null) drafts.push(draft)
  }
  // The image may have been removed while the student looked at it.
  if (drafts.length > 0 && workspace.records().get(image.id) !== undefined)
    workspace.transact('Student drafts', 'job', { put: drafts })
  return drafts.length
}

interface KnownMasks {
  readonly current: readonly { readonly mask: PseudoMask; readonly rle: Rle }[]
  readonly rejected: readonly { readonly mask: PseudoMask; readonly rle: Rle }[]
}

async function knownMasks(workspace: Workspace, image: ImageRecord): Promise<KnownMasks> {
  const records = workspace.records()
  const load = (masks: readonly PseudoMask[]): Promise<{ mask: PseudoMask; rle: Rle }[]> =>
    Promise.all(masks.map(async (mask) => ({ mask, rle: await workspace.pictures.rle(mask) })))
  const settled = records
    .ofImage('mask', image.id)
    .filter(
      (mask) =>
        isLive(records, mask) && ['rejected', 'unsure'].includes(decisionOf(records, mask.id)?.verdict ?? ''),
    )
  const sameRunDrafts = records
    .ofImage('mask', image.id)
    .filter(
      (mask) =>
        (mask.provenance.kind === 'student' || mask.provenance.kind === 'selfCorrected') &&
        mask.provenance.runId === records.ofType('settings')[0]?.activeRunId &&
        decisionOf(records, mask.id) === null,
    )
  return {
    current: await load(currentMasksOfImage(records, image.id)),
    rejected: await load([...settled, ...sameRunDrafts]),
  }
}

async function draftOf(
  workspace: Workspace,
  run: TrainingRun,
  image: ImageRecord,
  instance: RunInstance,
  known: KnownMasks,
): Promise<PseudoMask | null> {
  if (
    known.rejected.some(
      ({ mask, rle }) => touches(mask, instance) && rleIou(rle, instance.rle) >= REJECTED_IOU,
    )
  )
    return null
  let against: { mask: PseudoMask; iou: number; disagreementPx: number } | null = null
  for (const { mask, rle } of known.current) {
    if (mask.areaPx === 0 || !touches(mask, instance)) continue
    const common = rleIntersectionArea(rle, instance.rle)
    if (common === 0) continue
    const union = mask.areaPx + instance.areaPx - common
    const iou = common / union
    if (against === null || iou > against.iou) against = { mask, iou, disagreementPx: union - common }
  }
  if (against !== null && against.iou >= SAME_IOU) return null
  const annotationId: AnnotationId | null = against?.mask.annotationId ?? null
  const againstId: MaskId | null = against?.mask.id ?? null
  return {
    id: idOf('mask', workspace.services.newId()),
    type: 'mask',
    role: 'defect',
    imageId: image.id,
    classId: against?.mask.classId ?? instance.classId,
    annotationId,
    pixels: await workspace.pictures.putRle(instance.rle),
    areaPx: instance.areaPx,
    boundsPx: instance.boundsPx,
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: {
      kind: 'student',
      runId: run.id,
      threshold: run.threshold,
      meanProbability: instance.score,
      againstId,
      disagreementPx: against?.disagreementPx ?? instance.areaPx,
    },
    createdAt: workspace.services.clock.now(),
    foreign: null,
  }
}

function touches(mask: PseudoMask, instance: RunInstance): boolean {
  return intersectBoxes(mask.boundsPx, instance.boundsPx) !== null
}

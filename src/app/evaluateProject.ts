import type { JobOptions } from '../core/job'
import type { Rle } from '../core/raster'
import { currentMasksOfImage, decisionOf, isLive } from '../domain/live'
import type { ClassDef, ClassId, ImageRecord, MaskLayer, PseudoMask, RunId } from '../domain/records'
import { rleFromString } from '../ml/raster/rleString'
import type { EvaluateActions } from './app'
import { evaluateImages, type ComparedImage } from './evaluateImages'
import type { EvaluationReport } from './evaluation'
import { readInstances } from './instances'
import { isReviewed } from './reviewedImages'
import type { Workspace } from './workspace'

/** With fewer reviewed images a number says little about the next hundred. */
const FEW_IMAGES = 10

/** Predictions of a run (or the current masks) against reviewed masks or truth. Training images are never counted. */
export async function evaluateProject(
  workspace: Workspace,
  { runId, against, split }: Parameters<EvaluateActions['run']>[0],
  { signal, onProgress }: JobOptions,
): Promise<EvaluationReport> {
  const records = workspace.records()
  const run = runId === null ? null : records.ofType('run').find((candidate) => candidate.id === runId)
  const classes = workspace.project().classOrder.flatMap((id): ClassDef[] => {
    const record = records.get(id)
    return record?.type === 'class' ? [record] : []
  })
  const classIndex = new Map(classes.map((record, index) => [record.id, index]))
  const trained = new Set<string>(run?.trainImageIds ?? [])
  const candidates = records
    .ofType('image')
    .filter((image) => image.status !== 'skipped' && (split === 'all' || image.split === split))
  const comparable = candidates.filter((image) =>
    against === 'truth' ? truthLayer(workspace, image) !== undefined : isReviewed(records, image),
  )
  const images = comparable.filter((image) => !trained.has(image.id))
  const compared: ComparedImage[] = []
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: images.length, note: image.fileName })
    const truths =
      against === 'truth'
        ? await layerMasks(workspace, truthLayer(workspace, image)!, image)
        : await reviewedMasks(workspace, image)
    const prediction = await predictedMasks(workspace, image, runId)
    compared.push({
      imageId: image.id,
      width: image.width,
      height: image.height,
      truths: truths.flatMap(({ classId, rle }) =>
        withIndex(classIndex, classId, { rle, isCrowd: false, declaredAreaPx: null }),
      ),
      ignore: await ignoreRegions(workspace, image),
      predictions: prediction.masks.flatMap(({ classId, rle, score }) =>
        withIndex(classIndex, classId, { rle, score }),
      ),
      imageScore: prediction.imageScore,
    })
  }
  const notes: string[] = []
  if (images.length < FEW_IMAGES)
    notes.push(
      `Only ${images.length} ${images.length === 1 ? 'image' : 'images'} compared: treat the numbers as a hint.`,
    )
  if (runId === null)
    notes.push('Current masks against truth: how good the masks are, not how good a model is.')
  return evaluateImages(compared, classes, {
    excludedTrainingImages: comparable.length - images.length,
    notes,
  })
}

function withIndex<T extends object>(
  classIndex: ReadonlyMap<ClassId, number>,
  classId: ClassId | null,
  rest: T,
): (T & { classIndex: number })[] {
  const index = classId === null ? undefined : classIndex.get(classId)
  return index === undefined ? [] : [{ ...rest, classIndex: index }]
}

function truthLayer(workspace: Workspace, image: ImageRecord): MaskLayer | undefined {
  return workspace
    .records()
    .ofImage('layer', image.id)
    .find((layer) => layer.role === 'groundTruth')
}

interface Instance {
  readonly classId: ClassId | null
  readonly rle: Rle
  readonly score: number
}

async function layerMasks(workspace: Workspace, layer: MaskLayer, image: ImageRecord): Promise<Instance[]> {
  const bytes = await workspace.services.storage.blobs.get(layer.instances)
  return readInstances(bytes).map(({ classId, score, counts }) => ({
    classId,
    score,
    rle: rleFromString(counts, image),
  }))
}

function maskInstances(workspace: Workspace, masks: readonly PseudoMask[]): Promise<Instance[]> {
  return Promise.all(
    masks
      .filter((mask) => mask.areaPx > 0 && !mask.isUnresolved)
      .map(async (mask) => ({
        classId: mask.classId,
        score: mask.quality.predictedIou ?? 1,
        rle: await workspace.pictures.rle(mask),
      })),
  )
}

function reviewedMasks(workspace: Workspace, image: ImageRecord): Promise<Instance[]> {
  const records = workspace.records()
  return maskInstances(
    workspace,
    currentMasksOfImage(records, image.id).filter(
      (mask) => decisionOf(records, mask.id)?.verdict === 'accepted',
    ),
  )
}

async function predictedMasks(
  workspace: Workspace,
  image: ImageRecord,
  runId: RunId | null,
): Promise<{ masks: Instance[]; imageScore: number | null }> {
  if (runId === null) {
    const masks = await maskInstances(workspace, currentMasksOfImage(workspace.records(), image.id))
    // A mask that is there counts as seen, however modest its maker was about it.
    return { masks: masks.map((mask) => ({ ...mask, score: Math.max(mask.score, 0.5) })), imageScore: null }
  }
  const layer = workspace
    .records()
    .ofImage('layer', image.id)
    .find((candidate) => candidate.role === 'prediction' && candidate.runId === runId)
  if (layer === undefined) return { masks: [], imageScore: 0 }
  return { masks: await layerMasks(workspace, layer, image), imageScore: layer.imageScore }
}

async function ignoreRegions(workspace: Workspace, image: ImageRecord): Promise<Rle[]> {
  const records = workspace.records()
  const regions = records
    .ofImage('mask', image.id)
    .filter(
      (mask) =>
        isLive(records, mask) &&
        (mask.role === 'ignore' || decisionOf(records, mask.id)?.verdict === 'unsure'),
    )
  return Promise.all(regions.map((mask) => workspace.pictures.rle(mask)))
}

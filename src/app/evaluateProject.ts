import type { JobOptions } from '../core/job'
import { currentMasksOfImage } from '../domain/live'
import type { ClassDef, ClassId, ImageId, ImageRecord, MaskLayer } from '../domain/records'
import { rleFromString } from '../ml/raster/rleString'
import type { EvaluateActions } from './app'
import { evaluateImages, type ComparedImage } from './evaluateImages'
import type { EvaluationReport } from './evaluation'
import { readInstances } from './instances'
import { isReviewed } from './reviewedImages'
import { ignoreRegions, maskInstances, reviewedMasks, type Instance } from './reviewedTruth'
import { createLayerReader, type RunPrediction } from './training/predictionLayer'
import type { Workspace } from './workspace'

/** With fewer reviewed images a number says little about the next hundred. */
const FEW_IMAGES = 10

/**
 * Predictions of a run (or the current masks) against reviewed masks or truth. Training images are never counted;
 * `leaveOut` names more of them: those of another run that is compared on the same images. Predictions that are missing
 * or were cut at another threshold than the run has now are made anew.
 */
export async function evaluateProject(
  workspace: Workspace,
  {
    runId,
    against,
    split,
    leaveOut = [],
  }: Parameters<EvaluateActions['run']>[0] & { readonly leaveOut?: readonly ImageId[] },
  { signal, onProgress }: JobOptions,
): Promise<EvaluationReport> {
  const records = workspace.records()
  const run = runId === null ? null : records.ofType('run').find((candidate) => candidate.id === runId)
  const classes = workspace.project().classOrder.flatMap((id): ClassDef[] => {
    const record = records.get(id)
    return record?.type === 'class' ? [record] : []
  })
  const classIndex = new Map(classes.map((record, index) => [record.id, index]))
  const trained = new Set<string>([...(run?.trainImageIds ?? []), ...leaveOut])
  const candidates = records
    .ofType('image')
    .filter((image) => image.status !== 'skipped' && (split === 'all' || image.split === split))
  const comparable = candidates.filter((image) =>
    against === 'truth' ? truthLayer(workspace, image) !== undefined : isReviewed(records, image),
  )
  const images = comparable.filter((image) => !trained.has(image.id))
  const read =
    run === null || run === undefined
      ? (image: ImageRecord): Promise<RunPrediction> => currentMasks(workspace, image)
      : createLayerReader(workspace, run)
  const compared: ComparedImage[] = []
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: images.length, note: image.fileName })
    const truths =
      against === 'truth'
        ? await layerMasks(workspace, truthLayer(workspace, image)!, image)
        : await reviewedMasks(workspace, image)
    const prediction = await read(image, signal)
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
  if (run !== null && run !== undefined && run.thresholdBy !== 'default' && split !== 'test')
    notes.push(
      `The threshold of ${run.threshold.toFixed(2)} was chosen with reviewed images: only the test split has not been looked at for it.`,
    )
  return evaluateImages(compared, classes, {
    excludedTrainingImages: comparable.length - images.length,
    notes,
    // What a threshold below one half lets through is there, though its mean probability may be below one half too.
    seenFrom: 0,
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

async function layerMasks(workspace: Workspace, layer: MaskLayer, image: ImageRecord): Promise<Instance[]> {
  const bytes = await workspace.services.storage.blobs.get(layer.instances)
  return readInstances(bytes).map(({ classId, score, counts }) => ({
    classId,
    score,
    rle: rleFromString(counts, image),
  }))
}

/** The masks as they stand now. */
async function currentMasks(workspace: Workspace, image: ImageRecord): Promise<RunPrediction> {
  const masks = await maskInstances(workspace, currentMasksOfImage(workspace.records(), image.id))
  return { masks, imageScore: null }
}

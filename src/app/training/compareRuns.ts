import type { Box } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { Rle } from '../../core/raster'
import { currentMasksOfImage, decisionOf } from '../../domain/live'
import type { ClassId, ImageId, TrainingRun } from '../../domain/records'
import { trainingSet, type TrainingSet } from '../../domain/trainingSet'
import { patchFromRle, rleBounds } from '../../ml/raster/rle'
import type { MaskPatch } from '../app'
import { evaluateProject } from '../evaluateProject'
import type { EvaluationReport } from '../evaluation'
import { createProjectStore } from '../projectStore'
import { isReviewed } from '../reviewedImages'
import type { Workspace } from '../workspace'
import { changedMasks, type ChangeKind, type MaskChange } from './changedMasks'
import { dataDifferences, type DataDifferences } from './dataDifferences'
import { createLayerReader } from './predictionLayer'
import { settingDifferences, type SettingRow } from './settingDifferences'

/** A place where two runs see different things, with the pixels to show it. */
export interface ChangedMask {
  readonly key: string
  readonly imageId: ImageId
  readonly kind: ChangeKind
  readonly changedPx: number
  readonly iou: number
  readonly classA: ClassId | null
  readonly classB: ClassId | null
  readonly patchA: MaskPatch | null
  readonly patchB: MaskPatch | null
}

/** What two runs were made of. */
export interface RunMakeup {
  readonly settings: readonly SettingRow[]
  /** Null where a snapshot is missing. */
  readonly data: DataDifferences | null
}

/** How two runs do, and where they see different things. */
export interface RunComparison {
  /** Both runs on the reviewed images that neither learned from; null where there is none, or a run has no model. */
  readonly reports: {
    readonly a: EvaluationReport
    readonly b: EvaluationReport
    readonly masks: number
  } | null
  /** Reviewed images that one of the runs learned from: in no number. */
  readonly excludedImages: number
  /** Over all images but skipped ones, largest change first, at most 60. Null where a run has no model. */
  readonly changes: readonly ChangedMask[] | null
  readonly counts: Readonly<Record<ChangeKind | 'same', number>>
  /** Images with a change, of all that were looked at. */
  readonly changedImages: number
  readonly imageCount: number
}

/** More pictures than anybody looks through. */
const MOST_CHANGES = 60

/** Settings and training data of two runs: from the records and the snapshots alone, so it is there at once. */
export async function compareMakeup(
  workspace: Workspace,
  a: TrainingRun,
  b: TrainingRun,
): Promise<RunMakeup> {
  const [setA, setB] = await Promise.all([snapshotSet(workspace, a), snapshotSet(workspace, b)])
  return {
    settings: settingDifferences(a, b),
    data: setA === null || setB === null ? null : dataDifferences(setA, setB),
  }
}

/** How two runs do on the same images, and where they see different things. Missing predictions are made first. */
export async function compareRuns(
  workspace: Workspace,
  a: TrainingRun,
  b: TrainingRun,
  options: JobOptions,
): Promise<RunComparison> {
  const { excluded, masks, images } = judgeable(workspace, a, b)
  const hasModels = a.model !== null && b.model !== null
  const changes = hasModels ? await allChanges(workspace, a, b, options) : NO_CHANGES
  const evaluate = (run: TrainingRun): Promise<EvaluationReport> =>
    evaluateProject(
      workspace,
      {
        runId: run.id,
        against: 'reviewed',
        split: 'all',
        leaveOut: [...a.trainImageIds, ...b.trainImageIds],
      },
      options,
    )
  const reports = hasModels && images > 0 ? { a: await evaluate(a), b: await evaluate(b), masks } : null
  return { reports, excludedImages: excluded, ...changes }
}

const NO_CHANGES = {
  changes: null,
  counts: { same: 0, shape: 0, class: 0, onlyA: 0, onlyB: 0 },
  changedImages: 0,
  imageCount: 0,
} as const

/** The training set as it was when the run began; null where its snapshot is gone. */
async function snapshotSet(workspace: Workspace, run: TrainingRun): Promise<TrainingSet | null> {
  const snapshot = run.snapshotId === null ? undefined : workspace.records().get(run.snapshotId)
  if (snapshot?.type !== 'snapshot') return null
  const store = createProjectStore()
  store.applyUpdates([await workspace.services.storage.blobs.get(snapshot.document)])
  return trainingSet(store.records)
}

/** Reviewed images and masks that both runs can be judged by. */
function judgeable(
  workspace: Workspace,
  a: TrainingRun,
  b: TrainingRun,
): { images: number; masks: number; excluded: number } {
  const records = workspace.records()
  const trained = new Set<string>([...a.trainImageIds, ...b.trainImageIds])
  const count = { images: 0, masks: 0, excluded: 0 }
  for (const image of records.ofType('image')) {
    if (image.status === 'skipped' || !isReviewed(records, image)) continue
    if (trained.has(image.id)) count.excluded++
    else {
      count.images++
      count.masks += currentMasksOfImage(records, image.id).filter(
        (mask) => decisionOf(records, mask.id)?.verdict === 'accepted',
      ).length
    }
  }
  return count
}

interface FoundChange extends MaskChange {
  readonly imageId: ImageId
  readonly maskA: SeenMask | null
  readonly maskB: SeenMask | null
}

interface SeenMask {
  readonly classId: ClassId | null
  readonly rle: Rle
}

async function allChanges(
  workspace: Workspace,
  a: TrainingRun,
  b: TrainingRun,
  { signal, onProgress }: JobOptions,
): Promise<Pick<RunComparison, 'changes' | 'counts' | 'changedImages' | 'imageCount'>> {
  const images = workspace
    .records()
    .ofType('image')
    .filter((image) => image.status !== 'skipped')
  const readA = createLayerReader(workspace, a)
  const readB = createLayerReader(workspace, b)
  const counts: Record<ChangeKind | 'same', number> = { ...NO_CHANGES.counts }
  const found: FoundChange[] = []
  let changedImages = 0
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: images.length, note: image.fileName })
    const masksA = (await readA(image, signal)).masks
    const masksB = (await readB(image, signal)).masks
    const { same, changes } = changedMasks(masksA, masksB)
    counts.same += same
    if (changes.length > 0) changedImages++
    for (const change of changes) {
      counts[change.kind]++
      found.push({
        ...change,
        imageId: image.id,
        maskA: change.a === null ? null : (masksA[change.a] ?? null),
        maskB: change.b === null ? null : (masksB[change.b] ?? null),
      })
    }
  }
  const shown = found
    .sort((one, other) => other.changedPx - one.changedPx || (one.imageId < other.imageId ? -1 : 1))
    .slice(0, MOST_CHANGES)
    .map((change): ChangedMask => {
      const { imageId, kind, changedPx, iou, maskA, maskB } = change
      return {
        key: `${imageId} ${change.a} ${change.b}`,
        imageId,
        kind,
        changedPx,
        iou,
        classA: maskA?.classId ?? null,
        classB: maskB?.classId ?? null,
        patchA: maskA === null ? null : patchOf(maskA.rle),
        patchB: maskB === null ? null : patchOf(maskB.rle),
      }
    })
  return { changes: shown, counts, changedImages, imageCount: images.length }
}

function patchOf(rle: Rle): MaskPatch {
  const boundsPx: Box = rleBounds(rle)
  return { boundsPx, mask: patchFromRle(rle, boundsPx) }
}

import type { JobOptions } from '../../core/job'
import type { RecordsView } from '../../domain/live'
import type { ImageRecord, TrainingRun } from '../../domain/records'
import { bestIou, operatingPoint, type OperatingPoint } from '../../ml/metrics/operatingPoints'
import {
  addScores,
  createScoreHistogram,
  histogramMetrics,
  type ScoreHistogram,
} from '../../ml/metrics/ranking'
import { composeTarget, type TargetContent, type TargetGrid } from '../../ml/raster/composeTarget'
import { isReviewed } from '../reviewedImages'
import { ignoreRegions, reviewedMasks } from '../reviewedTruth'
import type { Workspace } from '../workspace'
import type { ThresholdExample } from './exampleMask'
import { independentImages, type IndependentImages } from './independentImages'
import { cutContent, type ImagePrediction, type StudentModel } from './predictImage'
import { predictRecord } from './predictRecord'
import { THRESHOLD_STOPS, thresholdChoice, type ThresholdChoice } from './thresholdChoice'

/** How a run does at every threshold, on reviewed images that it did not learn from. */
export interface ThresholdMeasure {
  readonly runId: TrainingRun['id']
  readonly images: number
  readonly groups: number
  readonly leftOut: IndependentImages['leftOut']
  /** One for each stop of the slider. */
  readonly points: readonly OperatingPoint[]
  /** All distinct points of the pooled pixels, by rising recall. */
  readonly curve: readonly { readonly recall: number; readonly precision: number }[]
  /** Step sum under the curve (metrics.md §5.2); null without a true pixel. */
  readonly pixelAp: number | null
  /** The stop of highest IoU, however few images there are; null without a true pixel. */
  readonly best: OperatingPoint | null
  readonly choice: ThresholdChoice
  readonly examples: readonly ThresholdExample[]
}

const EXAMPLES = 6

/**
 * Runs the student over the independent images and pools their pixels in 1024 bins of defect probability. Also brings a
 * few examples for the eye: measured images first, defects before clean ones, then any that the run did not learn from.
 */
export async function measureThreshold(
  workspace: Workspace,
  run: TrainingRun,
  model: StudentModel,
  { signal, onProgress }: JobOptions,
): Promise<ThresholdMeasure> {
  const records = workspace.records()
  const { images, groups, leftOut } = independentImages(records, run)
  const shown = exampleImages(records, run, images)
  const all = [...new Set([...images, ...shown])]
  const measured = new Set(images)
  const histogram = createScoreHistogram()
  const examples = new Map<ImageRecord, ThresholdExample>()
  for (const [index, image] of all.entries()) {
    signal.throwIfAborted()
    onProgress({ done: index, total: all.length, note: image.fileName })
    const prediction = await predictRecord(workspace, model, image, signal)
    const truth = isReviewed(records, image) ? await truthOf(workspace, image) : null
    if (truth !== null && measured.has(image))
      addScores(histogram, composeTarget(truth, null).data, prediction.defect.data)
    if (shown.includes(image)) examples.set(image, exampleOf(image, prediction, truth, model))
  }
  const points = THRESHOLD_STOPS.map((threshold) => operatingPoint(histogram, threshold))
  return {
    runId: run.id,
    images: images.length,
    groups,
    leftOut,
    points,
    curve: curveOf(histogram),
    pixelAp: histogramMetrics(histogram).apStep,
    best: bestIou(points),
    choice: thresholdChoice(groups, points),
    examples: shown.flatMap((image) => examples.get(image) ?? []),
  }
}

/** Any class counts as defect: the binary head says where, the class head says which. */
async function truthOf(workspace: Workspace, image: ImageRecord): Promise<TargetContent> {
  const masks = await reviewedMasks(workspace, image)
  return {
    image,
    instances: masks.map(({ rle }) => ({ rle, classIndex: 1 })),
    ignoreUnder: [],
    ignoreOver: await ignoreRegions(workspace, image),
  }
}

function exampleImages(
  records: RecordsView,
  run: TrainingRun,
  measured: readonly ImageRecord[],
): readonly ImageRecord[] {
  const trained = new Set<string>(run.trainImageIds)
  const isMeasured = new Set(measured)
  const others = records
    .ofType('image')
    .filter((image) => !isMeasured.has(image) && image.status !== 'skipped' && image.split !== 'test')
  const clean = measured.filter((image) => image.status === 'confirmedClean')
  const defective = measured.filter((image) => image.status !== 'confirmedClean')
  const wanted = [
    ...spread(defective, EXAMPLES - Math.min(1, clean.length)),
    ...spread(clean, EXAMPLES),
    ...spread(
      others.filter((image) => !trained.has(image.id)),
      EXAMPLES,
    ),
    ...spread(
      others.filter((image) => trained.has(image.id)),
      EXAMPLES,
    ),
  ]
  return wanted.slice(0, EXAMPLES)
}

/** At most `count` items at equal distances: neighbours in a folder look alike. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

function exampleOf(
  image: ImageRecord,
  { answer, frame }: ImagePrediction,
  truth: TargetContent | null,
  { minimumAreaPx, minimumPeak }: StudentModel,
): ThresholdExample {
  const { content } = frame
  const grid: TargetGrid = { content, canvas: content }
  return {
    imageId: image.id,
    ...content,
    probability: cutContent(answer.defect, frame).data,
    truth: truth === null ? null : composeTarget(truth, grid).data,
    minimumPeak,
    smallestPx: (minimumAreaPx * content.width * content.height) / (image.width * image.height),
  }
}

/** Walks the bins from the top; a bin without pixels adds no point. Empty without a true pixel. */
function curveOf({ positives, negatives }: ScoreHistogram): ThresholdMeasure['curve'] {
  const total = positives.reduce((sum, count) => sum + count, 0)
  const curve: { recall: number; precision: number }[] = []
  if (total === 0) return curve
  let truePositives = 0
  let predicted = 0
  for (let bin = positives.length - 1; bin >= 0; bin--) {
    if (positives[bin]! + negatives[bin]! === 0) continue
    truePositives += positives[bin]!
    predicted += positives[bin]! + negatives[bin]!
    curve.push({ recall: truePositives / total, precision: truePositives / predicted })
  }
  return curve
}

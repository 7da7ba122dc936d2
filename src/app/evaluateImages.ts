import type { Rle } from '../core/raster'
import type { ImageId } from '../domain/records'
import { cocoEval } from '../ml/metrics/cocoEval'
import { addToConfusion, createConfusion, semanticMetrics } from '../ml/metrics/confusion'
import { averageIou, type Overlap } from '../ml/metrics/iou'
import { rankingMetrics } from '../ml/metrics/ranking'
import { composeTarget } from '../ml/raster/composeTarget'
import { rleArea } from '../ml/raster/rle'
import type { EvaluationReport } from './evaluation'

/** One image's truth and prediction, class indices from 0. */
export interface ComparedImage {
  readonly imageId: ImageId | null
  readonly width: number
  readonly height: number
  readonly truths: readonly {
    readonly classIndex: number
    readonly rle: Rle
    readonly isCrowd: boolean
    /** The truth file's own area, when it has one. */
    readonly declaredAreaPx: number | null
  }[]
  readonly ignore: readonly Rle[]
  readonly predictions: readonly { readonly classIndex: number; readonly rle: Rle; readonly score: number }[]
  /** The prediction's own image score; null = highest instance score. */
  readonly imageScore: number | null
}

/** Instances of a file below this do not count as seen in the semantic metrics (product.md, `evaluate`). */
const SEMANTIC_SCORE = 0.5
/** A good image is a false alarm from this many predicted pixels on (pilot.md). */
const ALARM_PX = 20
const WORST = 24

/** All metrics of methods/metrics.md over a set of images: COCO AP/AR, semantic, binary, image ranking. */
export function evaluateImages(
  images: readonly ComparedImage[],
  classes: EvaluationReport['classes'],
  facts: {
    readonly excludedTrainingImages: number
    readonly notes: readonly string[]
    /** Instances from this score on are painted for the semantic metrics; without it those of at least one half. */
    readonly seenFrom?: number
  },
): EvaluationReport {
  const confusion = createConfusion(classes.length + 1)
  const overlaps: Overlap[] = []
  const worst: { imageId: ImageId; iou: number }[] = []
  let goodImages = 0
  let alarms = 0
  for (const image of images) {
    const { overlap, predictedPx } = addImage(confusion, image, facts.seenFrom ?? SEMANTIC_SCORE)
    overlaps.push(overlap)
    const hasTruth = image.truths.some((truth) => !truth.isCrowd)
    if (!hasTruth) {
      goodImages++
      if (predictedPx >= ALARM_PX) alarms++
    }
    if (image.imageId !== null && overlap.unionPx > 0)
      worst.push({ imageId: image.imageId, iou: overlap.intersectionPx / overlap.unionPx })
  }
  const coco = cocoEval({
    imageCount: images.length,
    classCount: classes.length,
    truths: images.flatMap((image, imageIndex) =>
      image.truths.map((truth) => ({
        imageIndex,
        classIndex: truth.classIndex,
        rle: truth.rle,
        isCrowd: truth.isCrowd,
        areaPx: truth.declaredAreaPx ?? rleArea(truth.rle),
      })),
    ),
    detections: images.flatMap((image, imageIndex) =>
      image.predictions.map(({ classIndex, rle, score }) => ({ imageIndex, classIndex, rle, score })),
    ),
  })
  const semantic = semanticMetrics(confusion)
  const { binary } = semantic
  const ranking = rankingMetrics(
    images.map((image) => (image.truths.some((truth) => !truth.isCrowd) ? 1 : 0)),
    images.map(
      (image) => image.imageScore ?? Math.max(0, ...image.predictions.map((prediction) => prediction.score)),
    ),
  )
  const size = classes.length + 1
  return {
    imageCount: images.length,
    excludedTrainingImages: facts.excludedTrainingImages,
    classes,
    coco: { ...coco, apPerClass: coco.perClass.map((result) => result.ap) },
    confusion: Array.from({ length: size }, (_, row) =>
      Array.from(confusion.counts.subarray(row * size, (row + 1) * size)),
    ),
    iouPerClass: semantic.perClass.map((scores) => scores.iou),
    miou: semantic.miou,
    anomalyMiou: semantic.anomalyMiou,
    anomalyF1: semantic.anomalyF1,
    binary: binary.isDefined
      ? { iou: binary.iou, f1: binary.f1, recall: binary.recall, precision: binary.precision }
      : { iou: null, f1: null, recall: null, precision: null },
    iouMacroPositive: averageIou(overlaps).macroPositive,
    imageApStep: ranking.apStep,
    imageAuroc: ranking.auroc,
    falseAlarmRate: goodImages === 0 ? null : alarms / goodImages,
    worst: worst.sort((a, b) => a.iou - b.iou).slice(0, WORST),
    notes: facts.notes,
  }
}

function addImage(
  confusion: ReturnType<typeof createConfusion>,
  image: ComparedImage,
  seenFrom: number,
): { overlap: Overlap; predictedPx: number } {
  const target = composeTarget(
    {
      image,
      instances: image.truths
        .filter((truth) => !truth.isCrowd)
        .map((truth) => ({ rle: truth.rle, classIndex: truth.classIndex + 1 })),
      ignoreUnder: [],
      ignoreOver: [
        ...image.ignore,
        ...image.truths.filter((truth) => truth.isCrowd).map((truth) => truth.rle),
      ],
    },
    null,
  )
  const seen = image.predictions.filter((prediction) => prediction.score >= seenFrom)
  const prediction = composeTarget(
    {
      image,
      instances: seen.map(({ rle, classIndex }) => ({ rle, classIndex: classIndex + 1 })),
      ignoreUnder: [],
      ignoreOver: [],
    },
    null,
  )
  addToConfusion(confusion, target, prediction)
  let intersectionPx = 0
  let unionPx = 0
  let predictedPx = 0
  let truthPx = 0
  for (let p = 0; p < target.data.length; p++) {
    if (target.data[p] === 255) continue
    const isTrue = target.data[p]! > 0
    const isPredicted = prediction.data[p]! > 0
    if (isTrue) truthPx++
    if (isPredicted) predictedPx++
    if (isTrue && isPredicted) intersectionPx++
    if (isTrue || isPredicted) unionPx++
  }
  return { overlap: { intersectionPx, unionPx, hasTruth: truthPx > 0 }, predictedPx }
}

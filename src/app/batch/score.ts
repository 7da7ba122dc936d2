import { matchImages } from '../../formats/coco/matchImages'
import { parseCoco } from '../../formats/coco/parseCoco'
import type { ImportIssue } from '../../core/issues'
import type { LabelMap } from '../../core/raster'
import { addToConfusion, createConfusion } from '../../ml/metrics/confusion'
import { addScores, createScoreHistogram } from '../../ml/metrics/ranking'
import { composeTarget } from '../../ml/raster/composeTarget'
import { resizeScores } from '../../ml/raster/resize'
import { cutContent, type ImagePrediction } from '../training/predictImage'
import { loadStudent } from './loadStudent'
import { predictFiles } from './predict'
import type { BatchHandler } from './request'

/**
 * `score` (benchmarks only): what a table of operating points needs, without writing probability maps: histograms of
 * the binary head's probability over all pixels at original size, and the class head's argmax confusion.
 */
export const scoreCommand: BatchHandler = async (input, context) => {
  const { info, model } = await loadStudent(input, context)
  const truth = await parseCoco(await input.file('truth'), context.job)
  const unsized = (fileName: string) => ({ externalId: '', fileName, width: 0, height: 0, extra: {} })
  const matches = matchImages(
    truth.images.map((image) => unsized(image.fileName)),
    input.images.map((file) => unsized(file.path)),
  )
  const truthNameOf = new Map([...matches.projectFileOf].map(([theirs, ours]) => [ours, theirs]))
  const classIndex = new Map(info.classes.map((entry, index) => [entry.name, index + 1]))
  const categoryName = new Map(truth.categories.map((category) => [category.externalId, category.name]))
  const histogram = createScoreHistogram()
  const confusion = createConfusion(info.classes.length + 1)
  const perImage: { [key: string]: string | number }[] = []
  const issues: ImportIssue[] = [...truth.issues]
  const files = input.images.filter((file) => truthNameOf.has(file.path))
  for await (const { file, picture, prediction } of predictFiles(files, model, context, issues)) {
    const objects = truth.objects.filter((object) => object.fileName === truthNameOf.get(file.path))
    const target = composeTarget(
      {
        image: picture,
        instances: objects.flatMap((object) => {
          const index = classIndex.get(categoryName.get(object.categoryId) ?? '')
          return object.rle === null || object.isIgnore || index === undefined
            ? []
            : [{ rle: object.rle, classIndex: index }]
        }),
        ignoreUnder: [],
        ignoreOver: objects.flatMap((object) => (object.isIgnore && object.rle !== null ? [object.rle] : [])),
      },
      null,
    )
    addScores(histogram, target.data, prediction.defect.data)
    addToConfusion(confusion, target, argmax(prediction, model.classCount))
    perImage.push({
      fileName: file.path,
      ...countsOf(target, prediction, model.threshold),
      imageScore: prediction.imageScore,
    })
  }
  const size = confusion.classCount
  return {
    issues,
    summary: {
      binary: { histogramPositive: [...histogram.positives], histogramNegative: [...histogram.negatives] },
      confusion: Array.from({ length: size }, (_, row) =>
        Array.from(confusion.counts.subarray(row * size, (row + 1) * size)),
      ),
      threshold: model.threshold,
      perImage,
    },
    outputs: [],
  }
}

/** Class map of the class head at original size: probabilities are resized, then the largest wins. */
function argmax({ answer, frame, defect }: ImagePrediction, classCount: number): LabelMap {
  const plane = answer.width * answer.height
  const labels = new Uint8Array(defect.data.length)
  const best = new Float32Array(defect.data.length).fill(-1)
  for (let c = 0; c <= classCount; c++) {
    const scores = resizeScores(
      cutContent(answer.classes.subarray(c * plane, (c + 1) * plane), frame),
      defect,
    )
    for (let p = 0; p < best.length; p++) {
      if (scores.data[p]! <= best[p]!) continue
      best[p] = scores.data[p]!
      labels[p] = c
    }
  }
  return { width: defect.width, height: defect.height, data: labels }
}

function countsOf(
  target: LabelMap,
  { defect }: ImagePrediction,
  threshold: number,
): { tp: number; fp: number; fn: number; predictedPixels: number; truthPixels: number } {
  let tp = 0
  let fp = 0
  let fn = 0
  for (let p = 0; p < target.data.length; p++) {
    if (target.data[p] === 255) continue
    const isTrue = target.data[p]! > 0
    const isPredicted = defect.data[p]! >= threshold
    if (isTrue && isPredicted) tp++
    else if (isPredicted) fp++
    else if (isTrue) fn++
  }
  return { tp, fp, fn, predictedPixels: tp + fp, truthPixels: tp + fn }
}

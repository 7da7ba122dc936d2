import type { ImportIssue } from '../../core/issues'
import type { JobOptions } from '../../core/job'
import { matchImages } from '../../formats/coco/matchImages'
import { parseCoco } from '../../formats/coco/parseCoco'
import { parseResults } from '../../formats/coco/results'
import type { ImportedDataset, ImportedObject } from '../../formats/format'
import type { EvaluationReport } from '../evaluation'
import { evaluateImages, type ComparedImage } from '../evaluateImages'
import type { BatchHandler } from './request'

/** `evaluate`: a dataset or a bare results list against truth; no picture is read. */
export const evaluateCommand: BatchHandler = async (input, { job }) => {
  const truth = await parseCoco(await input.file('truth'), job)
  const { predictions, issues, imageScores } = await readPredictions(
    await input.file('predictions'),
    truth,
    job,
  )
  const report = compare(truth, predictions, imageScores)
  return { summary: JSON.parse(JSON.stringify(report)), issues: [...truth.issues, ...issues], outputs: [] }
}

interface Predictions {
  /** Objects with file names and category ids of the truth file. */
  readonly predictions: readonly ImportedObject[]
  readonly imageScores: ReadonlyMap<string, number>
  readonly issues: readonly ImportIssue[]
}

async function readPredictions(
  bytes: Uint8Array,
  truth: ImportedDataset,
  job: JobOptions,
): Promise<Predictions> {
  const isList = /^\s*\[/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
  if (isList) {
    const results = await parseResults(bytes, truth, job)
    return { predictions: results.objects, imageScores: results.imageScores, issues: results.issues }
  }
  const dataset = await parseCoco(bytes, job)
  const matches = matchImages(dataset.images, truth.images)
  const categoryByName = new Map(truth.categories.map((category) => [category.name, category.externalId]))
  const nameOf = new Map(dataset.categories.map((category) => [category.externalId, category.name]))
  const issues: ImportIssue[] = [...dataset.issues, ...matches.issues]
  for (const category of dataset.categories) {
    if (!categoryByName.has(category.name)) {
      issues.push({
        severity: 'error',
        path: 'categories',
        message: `"${category.name}" is not a class of the truth file`,
        remedy: 'Rename one of the two.',
      })
    }
  }
  const predictions = dataset.objects.flatMap((object): ImportedObject[] => {
    const fileName = matches.projectFileOf.get(object.fileName)
    const categoryId = categoryByName.get(nameOf.get(object.categoryId) ?? '')
    return fileName === undefined || categoryId === undefined ? [] : [{ ...object, fileName, categoryId }]
  })
  const imageScores = new Map<string, number>()
  for (const image of dataset.images) {
    const attributes = image.extra['attributes']
    const score =
      typeof attributes === 'object' && attributes !== null && 'score' in attributes ? attributes.score : null
    const fileName = matches.projectFileOf.get(image.fileName)
    if (typeof score === 'number' && fileName !== undefined) imageScores.set(fileName, score)
  }
  return { predictions, imageScores, issues }
}

function compare(
  truth: ImportedDataset,
  predictions: readonly ImportedObject[],
  imageScores: ReadonlyMap<string, number>,
): EvaluationReport {
  const classIndex = new Map(truth.categories.map((category, index) => [category.externalId, index]))
  const truthsOf = byFile(truth.objects)
  const predictionsOf = byFile(predictions)
  const images = truth.images.map((image): ComparedImage => {
    const indexed = (objects: readonly ImportedObject[]) =>
      objects.flatMap((object) => {
        const index = classIndex.get(object.categoryId)
        return index === undefined || object.rle === null
          ? []
          : [{ object, rle: object.rle, classIndex: index }]
      })
    return {
      imageId: null,
      width: image.width,
      height: image.height,
      truths: indexed(truthsOf.get(image.fileName) ?? []).map(({ object, rle, classIndex: index }) => ({
        classIndex: index,
        rle,
        isCrowd: object.isIgnore,
        declaredAreaPx: object.declaredAreaPx,
      })),
      ignore: [],
      predictions: indexed(predictionsOf.get(image.fileName) ?? []).map(
        ({ object, rle, classIndex: index }) => ({
          classIndex: index,
          rle,
          score: object.score ?? 1,
        }),
      ),
      imageScore: imageScores.get(image.fileName) ?? null,
    }
  })
  const classes = truth.categories.map((category) => ({ id: category.externalId, name: category.name }))
  return evaluateImages(images, classes, { excludedTrainingImages: 0, notes: [] })
}

function byFile(objects: readonly ImportedObject[]): ReadonlyMap<string, readonly ImportedObject[]> {
  const map = new Map<string, ImportedObject[]>()
  for (const object of objects) {
    const list = map.get(object.fileName)
    if (list === undefined) map.set(object.fileName, [object])
    else list.push(object)
  }
  return map
}

import type { ImportIssue } from '../../core/issues'
import type { JobOptions } from '../../core/job'
import type { Json } from '../../core/json'
import type { ImportedDataset, ImportedObject } from '../format'
import { isJsonArray, isJsonObject } from '../json/foreignFields'
import { readJson } from '../json/readJson'
import { createIssueLog } from './issueLog'
import { readObjects } from './parseCoco'

/** Detections to be judged against a truth file. */
export interface ImportedResults {
  readonly objects: readonly ImportedObject[]
  /** `images[].attributes.score` by file name, where the file brings it. */
  readonly imageScores: ReadonlyMap<string, number>
  readonly issues: readonly ImportIssue[]
}

/**
 * Reads predictions: a bare results list `[{image_id, category_id, segmentation, score}]`, or a dataset whose
 * annotations carry scores. Image and category ids are those of `truth`. A detection without score counts as 1.
 * Never throws on what the file says; throws `AbortError`.
 */
export async function parseResults(
  input: Uint8Array | string,
  truth: ImportedDataset,
  job: JobOptions,
): Promise<ImportedResults> {
  const log = createIssueLog()
  const read = readJson(input)
  if (read.kind === 'fault') return { objects: [], imageScores: new Map(), issues: [read.issue] }
  const isDataset = isJsonObject(read.value)
  const entries = isJsonObject(read.value) ? read.value.annotations : read.value
  if (!isJsonArray(entries)) {
    log.error('', 'this is neither a list of results nor a COCO dataset')
    return { objects: [], imageScores: new Map(), issues: log.list() }
  }
  const images = new Map(
    truth.images.map(({ externalId, fileName, width, height }) => [
      externalId,
      { fileName, size: width > 0 ? { width, height } : null },
    ]),
  )
  const context = {
    images,
    categories: new Set(truth.categories.map((category) => category.externalId)),
    ambiguousCategories: new Set<string>(),
    log,
    readsMasks: true,
  }
  const objects = await readObjects(entries, isDataset ? 'annotations' : '', context, job)
  return {
    objects: objects.map((object) => (object.score === null ? { ...object, score: 1 } : object)),
    imageScores: isJsonObject(read.value) ? readImageScores(read.value.images) : new Map(),
    issues: log.list(),
  }
}

function readImageScores(entries: Json | undefined): Map<string, number> {
  const scores = new Map<string, number>()
  for (const entry of isJsonArray(entries) ? entries : []) {
    if (!isJsonObject(entry) || !isJsonObject(entry.attributes)) continue
    const { score } = entry.attributes
    if (typeof entry.file_name === 'string' && typeof score === 'number' && Number.isFinite(score)) {
      scores.set(entry.file_name, score)
    }
  }
  return scores
}

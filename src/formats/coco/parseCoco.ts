import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { Json, JsonObject } from '../../core/json'
import { rleToString } from '../../ml/raster/rleString'
import type { ImportedDataset, ImportedObject } from '../format'
import { foreignFields, isJsonArray, isJsonObject } from '../json/foreignFields'
import { readJson } from '../json/readJson'
import { createIssueLog, type IssueLog } from './issueLog'
import { type AnnotationContext, readAnnotation } from './readAnnotation'
import { boxStyleOf, readBox } from './readBox'
import { readCategories } from './readCategories'
import { readId } from './readId'
import { readImages } from './readImages'

const COCO_FORMAT = 'coco'

export interface ParseCocoOptions {
  /** Sizes of opened pictures, for files that do not say them; null when unknown. */
  readonly sizeOf?: (fileName: string) => Size | null
  /** `boxes`: prompts for a generator; what is written under `segmentation` is not read. Default `all`. */
  readonly marks?: 'all' | 'boxes'
}

/** Between two breaths of the event loop: a cancel must get through, and the breath itself costs milliseconds. */
const ENTRIES_PER_BREATH = 2000

/**
 * Reads a COCO dataset (product-conventions.md §4). Never throws on what the file says: each annotation that cannot
 * be used is quarantined with its JSON path, everything else is kept. Throws only `AbortError`.
 */
export async function parseCoco(
  input: Uint8Array | string,
  job: JobOptions,
  options: ParseCocoOptions = {},
): Promise<ImportedDataset> {
  const log = createIssueLog()
  const root = readRoot(input, log)
  const imageEntries = listOf(root, 'images', log)
  const categoryEntries = listOf(root, 'categories', log)
  const annotationEntries = listOf(root, 'annotations', log)
  const { images, byId } = readImages(imageEntries, options.sizeOf ?? (() => null), log)
  const { categories, ambiguous } = readCategories(categoryEntries, log)
  const context: AnnotationContext = {
    images: byId,
    categories: new Set(categories.map((category) => category.externalId)),
    ambiguousCategories: ambiguous,
    log,
    readsMasks: options.marks !== 'boxes',
  }
  const objects = await readObjects(annotationEntries, 'annotations', context, job)
  reportBoxStyle(annotationEntries, context)
  return {
    formatId: COCO_FORMAT,
    categories,
    images,
    objects: withoutRepeatedIgnores(objects, log),
    foreign: foreignFields(root, ['images', 'categories', 'annotations']),
    issues: log.list(),
  }
}

function readRoot(input: Uint8Array | string, log: IssueLog): JsonObject {
  const read = readJson(input)
  if (read.kind === 'fault') {
    log[read.issue.severity === 'error' ? 'error' : 'warn'](
      read.issue.path,
      read.issue.message,
      read.issue.remedy ?? undefined,
    )
    return { images: [], categories: [], annotations: [] }
  }
  if (isJsonObject(read.value)) return read.value
  log.error(
    '',
    isJsonArray(read.value)
      ? 'this is a list, not a COCO dataset with images, categories and annotations'
      : 'this is not a COCO dataset',
    isJsonArray(read.value)
      ? 'A list of results has no images: use it for evaluation, beside its truth file.'
      : undefined,
  )
  return { images: [], categories: [], annotations: [] }
}

function listOf(root: JsonObject, name: string, log: IssueLog): readonly Json[] {
  const list = root[name]
  if (list === undefined && name === 'annotations') {
    log.warn(name, 'the file has no annotations')
    return []
  }
  if (isJsonArray(list)) return list
  log.error(
    name,
    `"${name}" is missing or not a list`,
    'A COCO dataset has images, categories and annotations.',
  )
  return []
}

/** Reads a list of annotations or results, breathing in between; ids are made unique on the way. */
export async function readObjects(
  entries: readonly Json[],
  listPath: string,
  context: AnnotationContext,
  { signal, onProgress }: JobOptions,
): Promise<ImportedObject[]> {
  const objects: ImportedObject[] = []
  const idsSeen = new Map<string, number>()
  for (const [i, entry] of entries.entries()) {
    if (i % ENTRIES_PER_BREATH === 0) {
      signal.throwIfAborted()
      onProgress({ done: i, total: entries.length, note: 'Reading annotations' })
      await new Promise<void>((resolve) => setTimeout(resolve, 0))
    }
    const path = `${listPath}[${i}]`
    const read = readAnnotation(entry, path, context)
    if (read !== null) objects.push({ ...read, externalId: uniqueId(read.externalId, entry, path, i) })
  }
  signal.throwIfAborted()
  onProgress({ done: entries.length, total: entries.length, note: 'Reading annotations' })
  return objects

  function uniqueId(id: string | null, entry: Json, path: string, index: number): string {
    if (id === null) {
      // Results have no ids at all; a dataset should.
      if (listPath === 'annotations')
        context.log.warn(`${path}.id`, 'the annotation has no usable id; it gets a new one')
      return `new-${index}`
    }
    if (id === '0') {
      context.log.warn(
        `${path}.id`,
        'the id is 0: the reference evaluator counts an object of id 0 as never found',
        'The id is kept; give ids from 1 on.',
      )
    }
    if (isJsonObject(entry) && typeof entry.id === 'string') {
      context.log.warn(`${path}.id`, `the id "${id}" is text or too long for a number; kept as text`)
    }
    const count = (idsSeen.get(id) ?? 0) + 1
    idsSeen.set(id, count)
    if (count === 1) return id
    context.log.warn(`${path}.id`, `the id ${id} is used more than once; this object gets a new one`)
    return `${id}#${count}`
  }
}

function reportBoxStyle(entries: readonly Json[], { images, log }: AnnotationContext): void {
  const boxes = entries.flatMap((entry) => {
    if (!isJsonObject(entry)) return []
    const box = readBox(entry.bbox)
    const image = images.get(readId(entry.image_id) ?? '')
    return box === null || image === undefined || image === null || image.size === null
      ? []
      : [{ box, size: image.size }]
  })
  const { looksNormalised, looksLikeCorners } = boxStyleOf(boxes)
  if (looksNormalised) {
    log.warn(
      'annotations',
      'all boxes lie between 0 and 1: they look normalised, COCO writes pixels',
      'Convert the boxes to pixels and import again.',
    )
  }
  if (looksLikeCorners) {
    log.warn(
      'annotations',
      'many boxes leave their image: they look like corners [x0, y0, x1, y1], COCO writes [x, y, width, height]',
      'Check the boxes in the preview; convert them and import again if they are corners.',
    )
  }
}

/** Writers (ours too) list an ignore region once per category, because COCO knows none without; one is enough here. */
function withoutRepeatedIgnores(objects: readonly ImportedObject[], log: IssueLog): ImportedObject[] {
  const seen = new Set<string>()
  let repeated = 0
  const kept = objects.filter((object) => {
    if (!object.isIgnore) return true
    const key = JSON.stringify([
      object.fileName,
      object.rle === null ? object.boxPx : rleToString(object.rle),
    ])
    if (seen.has(key)) repeated++
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
  if (repeated > 0) {
    log.warn('annotations', `${repeated} ignore regions repeat one of another category; each is kept once`)
  }
  return kept
}

import { AppError } from '../../core/errors'
import type { Box } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { JsonObject } from '../../core/json'
import type { ForeignFields, ImageRecord } from '../../domain/records'
import { rleArea, rleBounds } from '../../ml/raster/rle'
import { rleToString } from '../../ml/raster/rleString'
import type { ExportObject, ExportSource } from '../format'
import { foreignFields, isJsonObject } from '../json/foreignFields'
import { assignIds } from './assignIds'

export interface CocoParams {
  /** Ignore regions as `iscrowd: 1`, once per category: COCO knows no region without one. */
  readonly includeIgnore: boolean
  /** Who made and who accepted a mask, under `attributes`. */
  readonly includeAttributes: boolean
  /** The batch command gives back the ids it was given, 0 included. */
  readonly keepZeroIds: boolean
}

/** A file's content before it is text: every entry is the JSON object that will be written. */
export interface CocoDraft {
  readonly foreign: JsonObject
  readonly images: readonly { readonly record: ImageRecord; readonly entry: JsonObject }[]
  readonly categories: readonly JsonObject[]
  readonly annotations: readonly { readonly imageIndex: number; readonly entry: JsonObject }[]
  readonly warnings: readonly string[]
}

/** Smallest id of an image or an annotation: an evaluator takes a match with id 0 for none (metrics.md §3.3). */
const FIRST_ID = 1

/** Turns an export source into COCO entries: `bbox` and `area` are those of the mask's pixels. */
export async function draftCoco(
  source: ExportSource,
  params: CocoParams,
  job: JobOptions,
): Promise<CocoDraft> {
  const lowestId = params.keepZeroIds ? 0 : FIRST_ID
  const warnings: string[] = []
  const imageIds = assignIds(
    source.images.map(({ foreign }) => foreign?.id ?? null),
    lowestId,
  )
  const categoryIds = assignIds(
    source.classes.map(({ foreign }) => foreign?.id ?? null),
    -Infinity,
  )
  const categoryOf = new Map(source.classes.map(({ id }, i) => [id as string, categoryIds[i]!]))
  const drafts: { imageIndex: number; originalId: string | null; entry: JsonObject }[] = []
  for (const [imageIndex, image] of source.images.entries()) {
    job.signal.throwIfAborted()
    job.onProgress({ done: imageIndex, total: source.images.length, note: image.fileName })
    for (const object of await source.objectsOf(image)) {
      for (const { categoryId, entry } of entriesOf(object, image, categoryOf, params)) {
        drafts.push({
          imageIndex,
          originalId: foreignOf(object)?.id ?? null,
          entry: { image_id: imageIds[imageIndex]!, category_id: categoryId, ...entry },
        })
      }
    }
  }
  const ids = assignIds(
    drafts.map(({ originalId }) => originalId),
    lowestId,
  )
  const renumbered = drafts.filter(
    ({ originalId }, i) => originalId !== null && originalId !== String(ids[i]),
  ).length
  if (renumbered > 0) warnings.push(`${renumbered} annotations could not keep the id they came with`)
  if (ids.includes(0) || imageIds.includes(0))
    warnings.push('an id is 0, as in the input; evaluators count it as never found')
  return {
    foreign: foreignFields(source.project.foreign, ['images', 'categories', 'annotations']),
    images: source.images.map((record, i) => ({ record, entry: imageEntry(record, imageIds[i]!) })),
    categories: source.classes.map(({ name, foreign }, i) => ({
      id: categoryIds[i]!,
      name,
      ...foreignFields(foreign?.extra ?? {}, ['id', 'name']),
    })),
    annotations: drafts.map(({ imageIndex, entry }, i) => ({ imageIndex, entry: { id: ids[i]!, ...entry } })),
    warnings,
  }
}

function imageEntry(record: ImageRecord, id: number): JsonObject {
  return {
    id,
    file_name: record.fileName,
    width: record.width,
    height: record.height,
    ...foreignFields(record.foreign?.extra ?? {}, ['id', 'file_name', 'width', 'height']),
  }
}

function entriesOf(
  object: ExportObject,
  image: ImageRecord,
  categoryOf: ReadonlyMap<string, number>,
  params: CocoParams,
): { categoryId: number; entry: JsonObject }[] {
  if (object.kind === 'ignore') {
    if (!params.includeIgnore) return []
    const entry = { ...geometryOf(object, image), iscrowd: 1, ...describe(object, params) }
    return [...categoryOf.values()].map((categoryId) => ({ categoryId, entry }))
  }
  const categoryId = object.classId === null ? undefined : categoryOf.get(object.classId)
  if (categoryId === undefined) {
    throw new AppError(
      'export/self-check-failed',
      `an object in ${image.fileName} has no class of this project`,
    )
  }
  return [{ categoryId, entry: { ...geometryOf(object, image), iscrowd: 0, ...describe(object, params) } }]
}

function geometryOf(object: ExportObject, image: ImageRecord): JsonObject {
  const { rle } = object
  if (rle === null) {
    const { boxPx } = object.box ?? {}
    if (boxPx === undefined) {
      throw new AppError(
        'export/self-check-failed',
        `an object in ${image.fileName} has neither mask nor box`,
      )
    }
    return { segmentation: [], area: boxPx.width * boxPx.height, bbox: quad(boxPx) }
  }
  const area = rleArea(rle)
  if (area === 0 || rle.width !== image.width || rle.height !== image.height) {
    throw new AppError(
      'export/self-check-failed',
      `a mask in ${image.fileName} ${area === 0 ? 'is empty' : 'does not have the size of the image'}`,
    )
  }
  const segmentation = { size: [rle.height, rle.width], counts: rleToString(rle) }
  return { segmentation, area, bbox: quad(rleBounds(rle)) }
}

function quad({ x, y, width, height }: Box): number[] {
  return [x, y, width, height]
}

const OUR_FIELDS = [
  'id',
  'image_id',
  'category_id',
  'segmentation',
  'area',
  'bbox',
  'iscrowd',
  'score',
  'attributes',
]
/** Said anew by each export. */
const OUR_ATTRIBUTES = ['unresolved', 'box_only']

/** Score, attributes and what an import brought. A box without a mask is flagged in any case. */
function describe(object: ExportObject, params: CocoParams): JsonObject {
  const extra = foreignOf(object)?.extra ?? {}
  const attributes = {
    ...(isJsonObject(extra.attributes) ? foreignFields(extra.attributes, OUR_ATTRIBUTES) : {}),
    ...(params.includeAttributes ? object.attributes : {}),
    ...(object.kind === 'boxOnly' ? { box_only: true } : {}),
  }
  return {
    ...(typeof object.score === 'number' ? { score: object.score } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...foreignFields(extra, OUR_FIELDS),
  }
}

function foreignOf(object: ExportObject): ForeignFields | null {
  return object.mask?.foreign ?? object.box?.foreign ?? null
}

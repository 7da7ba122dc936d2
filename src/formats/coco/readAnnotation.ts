import type { Size } from '../../core/geometry'
import { clipBox } from '../../core/geometry'
import type { Json, JsonObject } from '../../core/json'
import { rleArea, rleBounds } from '../../ml/raster/rle'
import type { ImportedObject } from '../format'
import { foreignFields, isJsonObject } from '../json/foreignFields'
import type { IssueLog } from './issueLog'
import { leavesImage, readBox } from './readBox'
import { readId } from './readId'
import { shown } from '../json/shown'
import { readSegmentation } from './readSegmentation'

/** An image that annotations may name. `size` is null when neither the file nor the caller knows it. */
export interface KnownImage {
  readonly fileName: string
  readonly size: Size | null
}

/** What an annotation is read against; `null` marks an id that two entries claim. */
export interface AnnotationContext {
  readonly images: ReadonlyMap<string, KnownImage | null>
  readonly categories: ReadonlySet<string>
  readonly ambiguousCategories: ReadonlySet<string>
  readonly log: IssueLog
  /** False: boxes only, whatever is written under `segmentation`. */
  readonly readsMasks: boolean
}

const KNOWN_FIELDS = ['id', 'image_id', 'category_id', 'segmentation', 'bbox', 'area', 'iscrowd', 'score']

/**
 * Reads one annotation, all or nothing: null means it was quarantined and the log says why. `externalId` is the id
 * as written, or null where the entry has none that can be used; the caller makes ids unique.
 */
export function readAnnotation(
  entry: Json,
  path: string,
  { images, categories, ambiguousCategories, log, readsMasks }: AnnotationContext,
): (Omit<ImportedObject, 'externalId'> & { readonly externalId: string | null }) | null {
  if (!isJsonObject(entry)) {
    log.error(path, 'this entry is not an object')
    return null
  }
  const imageId = readId(entry.image_id)
  const image = imageId === null ? undefined : images.get(imageId)
  if (image === undefined) {
    log.error(`${path}.image_id`, `no image has the id ${shown(entry.image_id)}`)
    return null
  }
  if (image === null) {
    log.error(
      `${path}.image_id`,
      `two images have the id ${shown(entry.image_id)}`,
      'Give each image its own id.',
    )
    return null
  }
  const categoryId = readId(entry.category_id)
  if (categoryId === null || !categories.has(categoryId)) {
    log.error(`${path}.category_id`, `no category has the id ${shown(entry.category_id)}`)
    return null
  }
  if (ambiguousCategories.has(categoryId)) {
    log.error(
      `${path}.category_id`,
      `two categories of different names have the id ${categoryId}`,
      'Give each category its own id.',
    )
    return null
  }
  if (image.size === null) {
    log.error(path, `the size of ${image.fileName} is unknown`, 'Give width and height under `images`.')
    return null
  }
  const marks = readsMasks ? entry : { ...entry, segmentation: [] }
  const geometry = readGeometry(marks, path, image.size, log)
  if (geometry === null) return null
  const attributes = isJsonObject(entry.attributes) ? entry.attributes : {}
  return {
    externalId: entry.id === undefined ? null : readId(entry.id),
    fileName: image.fileName,
    categoryId,
    ...geometry,
    isIgnore: readCrowd(entry.iscrowd, path, log),
    score: readScore(entry.score, path, log),
    declaredAreaPx: typeof entry.area === 'number' && Number.isFinite(entry.area) ? entry.area : null,
    promptBoxPx: readPromptBox(attributes.prompt_box, path, image.size, log),
    isUnresolved: attributes.unresolved === true,
    extra: foreignFields(entry, KNOWN_FIELDS),
  }
}

function readGeometry(
  entry: JsonObject,
  path: string,
  image: Size,
  log: IssueLog,
): Pick<ImportedObject, 'boxPx' | 'rle'> | null {
  const segmentation = readSegmentation(entry.segmentation, image)
  if (segmentation.kind === 'problem') {
    log.error(`${path}.segmentation`, segmentation.problem, segmentation.remedy ?? undefined)
    return null
  }
  let rle = segmentation.kind === 'mask' ? segmentation.rle : null
  if (segmentation.kind === 'mask' && segmentation.note !== null) {
    log.warn(`${path}.segmentation`, segmentation.note)
  }
  const written = entry.bbox === undefined || entry.bbox === null ? null : readBox(entry.bbox)
  if (rle !== null && rleArea(rle) === 0) {
    log.warn(`${path}.segmentation`, 'the mask has no pixel; only the box is used')
    rle = null
  }
  if (rle !== null) {
    if (written === null && entry.bbox !== undefined && entry.bbox !== null) {
      log.warn(`${path}.bbox`, 'bbox is not [x, y, width, height]; the box of the mask is used')
    }
    return { rle, boxPx: (written === null ? null : clipBox(written, image)) ?? rleBounds(rle) }
  }
  if (written === null) {
    log.error(
      entry.bbox === undefined || entry.bbox === null ? path : `${path}.bbox`,
      'neither a mask nor a box [x, y, width, height] with a positive size',
    )
    return null
  }
  const boxPx = clipBox(written, image)
  if (boxPx === null || boxPx.width < 1 || boxPx.height < 1) {
    log.error(
      `${path}.bbox`,
      `less than one pixel of the box lies inside the ${image.width} x ${image.height} image`,
    )
    return null
  }
  if (leavesImage(written, image)) log.warn(`${path}.bbox`, 'the box left the image and was clipped')
  return { rle: null, boxPx }
}

function readCrowd(value: Json | undefined, path: string, log: IssueLog): boolean {
  if (value === 1 || value === true) return true
  if (value !== undefined && value !== null && value !== 0 && value !== false) {
    log.warn(`${path}.iscrowd`, `iscrowd is ${shown(value)}, read as 0`)
  }
  return false
}

function readScore(value: Json | undefined, path: string, log: IssueLog): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isFinite(value)) return value
  log.warn(`${path}.score`, `score is ${shown(value)}, not a number; read as 0`)
  return 0
}

function readPromptBox(
  value: Json | undefined,
  path: string,
  image: Size,
  log: IssueLog,
): ImportedObject['promptBoxPx'] {
  if (value === undefined || value === null) return null
  const box = readBox(value)
  const clipped = box === null ? null : clipBox(box, image)
  if (clipped === null)
    log.warn(`${path}.attributes.prompt_box`, 'not a box [x, y, width, height] in the image; not used')
  return clipped
}

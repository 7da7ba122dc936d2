import type { Size } from '../../core/geometry'
import type { Json } from '../../core/json'
import type { ImportedDataset } from '../format'
import { foreignFields, isJsonObject } from '../json/foreignFields'
import type { IssueLog } from './issueLog'
import { shown } from '../json/shown'
import type { KnownImage } from './readAnnotation'
import { readId } from './readId'

/** Sizes beyond these exist only in damaged or hostile files; runs are 32-bit counts. */
const MAX_SIDE_PX = 1_000_000
const MAX_PIXELS = 2 ** 31

type ImportedImage = ImportedDataset['images'][number]

/**
 * Reads `images`. Where an entry has no size, `sizeOf` may know the picture. The map finds images by id; an id that
 * two different files claim maps to null, because guessing would put marks on the wrong picture.
 */
export function readImages(
  entries: readonly Json[],
  sizeOf: (fileName: string) => Size | null,
  log: IssueLog,
): { images: ImportedImage[]; byId: Map<string, KnownImage | null> } {
  const images: ImportedImage[] = []
  const byId = new Map<string, KnownImage | null>()
  const byFileName = new Map<string, ImportedImage>()
  for (const [i, entry] of entries.entries()) {
    const path = `images[${i}]`
    const image = readImage(entry, path, sizeOf, log)
    if (image === null) continue
    const size = image.width > 0 ? { width: image.width, height: image.height } : null
    const sameFile = byFileName.get(image.fileName)
    if (sameFile !== undefined && (sameFile.width !== image.width || sameFile.height !== image.height)) {
      log.error(
        path,
        `${image.fileName} is listed twice, with different sizes`,
        'Keep the entry that is right.',
      )
      if (byId.has(image.externalId)) byId.set(image.externalId, null)
      continue
    }
    const sameId = byId.get(image.externalId)
    if (sameId !== undefined && (sameId === null || sameId.fileName !== image.fileName)) {
      log.error(
        `${path}.id`,
        `the id ${image.externalId} belongs to two images`,
        'Give each image its own id.',
      )
      byId.set(image.externalId, null)
    } else byId.set(image.externalId, { fileName: image.fileName, size })
    if (sameFile !== undefined) {
      log.warn(path, `${image.fileName} is listed twice; both entries were joined`)
      continue
    }
    byFileName.set(image.fileName, image)
    images.push(image)
  }
  return { images, byId }
}

function readImage(
  entry: Json,
  path: string,
  sizeOf: (fileName: string) => Size | null,
  log: IssueLog,
): ImportedImage | null {
  if (!isJsonObject(entry)) {
    log.error(path, 'this entry is not an object')
    return null
  }
  const externalId = readId(entry.id)
  if (externalId === null) {
    log.error(`${path}.id`, `the id is ${shown(entry.id)}, not a whole number`)
    return null
  }
  const fileName = entry.file_name
  if (typeof fileName !== 'string' || fileName.trim() === '') {
    log.error(`${path}.file_name`, 'the image has no file name')
    return null
  }
  if (typeof entry.id === 'string')
    log.warn(`${path}.id`, `the id "${externalId}" is text or too long for a number; kept as text`)
  if (externalId === '0') log.warn(`${path}.id`, 'the id is 0; COCO counts from 1')
  const size = readSize(entry.width, entry.height) ?? sizeOf(fileName)
  if (size === null) log.warn(path, `width and height of ${fileName} are missing or not whole numbers`)
  return {
    externalId,
    fileName,
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    extra: foreignFields(entry, ['id', 'file_name', 'width', 'height']),
  }
}

function readSize(width: Json | undefined, height: Json | undefined): Size | null {
  if (typeof width !== 'number' || typeof height !== 'number') return null
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE_PX
  return isSide(width) && isSide(height) && width * height <= MAX_PIXELS ? { width, height } : null
}

import { AppError } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { Rle } from '../../core/raster'
import type { ImageRecord } from '../../domain/records'
import type { ExportObject, ExportSource } from '../format'
import { groupBy } from '../groupBy'
import { boundariesOfText, cumulate, differingPixels, measure } from './secondDecoder'

/** What the check reads back from the bytes; nothing of it comes from the writer. */
interface WrittenFile {
  readonly images: readonly { id: number; file_name: string; width: number; height: number }[]
  readonly categories: readonly { id: number; name: string }[]
  readonly annotations: readonly WrittenAnnotation[]
}
interface WrittenAnnotation {
  readonly id: number
  readonly image_id: number
  readonly category_id: number
  readonly segmentation: readonly [] | { readonly size: readonly [number, number]; readonly counts: string }
  readonly area: number
  readonly bbox: readonly [number, number, number, number]
  readonly iscrowd: number
}

/** What was found in the bytes. */
export interface SelfCheck {
  readonly maskCount: number
  readonly boxOnlyCount: number
  readonly differingPixels: number
}

/**
 * Reads our own bytes with the second decoder and compares every mask with the project, pixel by pixel through the
 * runs; ids, counts, boxes, areas and classes too. A difference is `export/self-check-failed`, naming image and object.
 */
export async function selfCheckCoco(
  bytes: Uint8Array,
  source: ExportSource,
  images: readonly ImageRecord[],
  options: { readonly includeIgnore: boolean; readonly keepZeroIds: boolean },
  { signal, onProgress }: JobOptions,
): Promise<SelfCheck> {
  const file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as WrittenFile
  const lowestId = options.keepZeroIds ? 0 : 1
  for (const list of [file.images, file.annotations]) {
    const ids = new Set(list.map(({ id }) => id))
    must(ids.size === list.length, 'two entries have one id')
    must(
      list.every(({ id }) => Number.isSafeInteger(id) && id >= lowestId),
      `an id is below ${lowestId}`,
    )
  }
  must(
    new Set(file.categories.map(({ id }) => id)).size === file.categories.length,
    'two categories have one id',
  )
  must(file.categories.length === source.classes.length, 'the file has another number of classes')
  must(file.images.length === images.length, 'the file has another number of images')
  const written = groupBy(file.annotations, (annotation) => annotation.image_id)
  const classNames = new Map(file.categories.map(({ id, name }) => [id, name]))
  const nameOfClass = new Map(source.classes.map(({ id, name }) => [id as string, name]))
  const found = { maskCount: 0, boxOnlyCount: 0, differingPixels: 0 }
  let checked = 0
  for (const [i, image] of images.entries()) {
    signal.throwIfAborted()
    onProgress({ done: i, total: images.length, note: `Checking ${image.fileName}` })
    const entry = file.images[i]!
    must(
      entry.file_name === image.fileName && entry.width === image.width && entry.height === image.height,
      `image ${i + 1} is not ${image.fileName}`,
    )
    const annotations = written.get(entry.id) ?? []
    const expected = (await source.objectsOf(image)).flatMap((object) =>
      copiesOf(object, source, options.includeIgnore),
    )
    must(
      annotations.length === expected.length,
      `${image.fileName}: ${annotations.length} objects written, ${expected.length} in the project`,
    )
    for (const [k, object] of expected.entries()) {
      const where = `${image.fileName}, object ${k + 1}`
      const annotation = annotations[k]!
      const className = object.classId === null ? null : (nameOfClass.get(object.classId) ?? null)
      must(
        className === null || classNames.get(annotation.category_id) === className,
        `${where}: another class`,
      )
      must(annotation.iscrowd === (object.kind === 'ignore' ? 1 : 0), `${where}: iscrowd is wrong`)
      const different = object.rle === null ? 0 : pixelDifference(annotation, object.rle, image, where)
      must(different === 0, `${where}: ${different} pixels differ`)
      if (object.rle === null) checkBox(annotation, object, where)
      found.differingPixels += different
      if (object.kind === 'mask') found.maskCount++
      if (object.kind === 'boxOnly') found.boxOnlyCount++
      checked++
    }
  }
  must(checked === file.annotations.length, 'an annotation belongs to no image of the file')
  return found
}

function copiesOf(object: ExportObject, source: ExportSource, includeIgnore: boolean): ExportObject[] {
  if (object.kind !== 'ignore') return [object]
  return includeIgnore ? source.classes.map(({ id }) => ({ ...object, classId: id })) : []
}

function checkBox({ segmentation, bbox }: WrittenAnnotation, object: ExportObject, where: string): void {
  const box = object.box?.boxPx
  must('length' in segmentation && segmentation.length === 0, `${where}: a mask where the project has a box`)
  must(
    bbox[0] === box?.x && bbox[1] === box.y && bbox[2] === box.width && bbox[3] === box.height,
    `${where}: another box`,
  )
}

/** Also checks that size, area and box say what the pixels say. */
function pixelDifference(
  { segmentation, bbox, area }: WrittenAnnotation,
  expected: Rle,
  image: ImageRecord,
  where: string,
): number {
  must('counts' in segmentation, `${where}: the mask is missing`)
  must(
    segmentation.size[0] === image.height && segmentation.size[1] === image.width,
    `${where}: the mask has another size`,
  )
  const boundaries = boundariesOfText(segmentation.counts)
  must(boundaries.at(-1) === image.width * image.height, `${where}: the runs do not fill the image`)
  const { areaPx, box } = measure(boundaries, image.height)
  must(areaPx === area, `${where}: area ${area} written, ${areaPx} pixels`)
  must(
    box.x === bbox[0] && box.y === bbox[1] && box.width === bbox[2] && box.height === bbox[3],
    `${where}: bbox is not tight`,
  )
  return differingPixels(evened(boundaries), evened(cumulate(expected.counts)))
}

/** Drops the last boundary when it only ends the background, so that every mask has an even number of changes. */
function evened(boundaries: readonly number[]): readonly number[] {
  return boundaries.length % 2 === 1 ? boundaries.slice(0, -1) : boundaries
}

function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AppError('export/self-check-failed', message)
}

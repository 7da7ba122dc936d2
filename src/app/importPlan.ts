import type { JobOptions } from '../core/job'
import type { Rle } from '../core/raster'
import type { RecordPlan } from '../domain/changes'
import {
  idOf,
  type AnyRecord,
  type BoxAnnotation,
  type ClassId,
  type ForeignFields,
  type ImageRecord,
  type PseudoMask,
} from '../domain/records'
import type { ImportedDataset, ImportedObject } from '../formats/format'
import { rleArea, rleBounds } from '../ml/raster/rle'
import { acceptedBy } from './actions/annotate'
import { newClass } from './actions/classes'
import type { Workspace } from './workspace'

export interface ImportPlan {
  readonly plan: RecordPlan
  readonly boxes: number
  readonly masks: number
}

/**
 * Turns a parsed file into records for the images it was matched to. Masks without a score are taken as truth
 * (accepted); masks with a score are predictions to review. Pixels are stored before any record names them.
 */
export async function planImport(
  workspace: Workspace,
  dataset: ImportedDataset,
  imageOf: ReadonlyMap<string, ImageRecord>,
  mode: 'add' | 'replace',
  { signal, onProgress }: JobOptions,
): Promise<ImportPlan> {
  const put: AnyRecord[] = []
  const classIdOf = planClasses(workspace, dataset, put)
  const touched = new Map<string, ImageRecord>()
  let boxes = 0
  let masks = 0
  for (const [index, object] of dataset.objects.entries()) {
    const image = imageOf.get(object.fileName)
    if (image === undefined) continue
    signal.throwIfAborted()
    onProgress({ done: index, total: dataset.objects.length, note: object.fileName })
    const classId = classIdOf.get(object.categoryId)
    if (classId === undefined) continue
    touched.set(image.id, image)
    const box = object.isIgnore ? null : boxRecord(workspace, object, image, classId)
    if (box !== null) {
      put.push(box)
      boxes++
    }
    if (object.rle === null) continue
    const mask = await maskRecord(workspace, object, object.rle, image, object.isIgnore ? null : classId, box)
    put.push(mask)
    masks++
    if (object.score === null && mask.role === 'defect') put.push(acceptedBy(workspace, mask.id))
  }
  put.push(...imageChanges(dataset, imageOf, touched))
  const foreign = Object.keys(dataset.foreign).length > 0 ? dataset.foreign : null
  const project =
    (put.find((record) => record.type === 'project') as ReturnType<Workspace['project']> | undefined) ??
    workspace.project()
  const withProject =
    foreign === null ? put : [...put.filter((record) => record.type !== 'project'), { ...project, foreign }]
  return {
    plan: { put: withProject, remove: mode === 'replace' ? marksOf(workspace, [...touched.values()]) : [] },
    boxes,
    masks,
  }
}

/** Matched images keep their original id and unknown fields for the way back; those with marks are in progress. */
function imageChanges(
  dataset: ImportedDataset,
  imageOf: ReadonlyMap<string, ImageRecord>,
  touched: ReadonlyMap<string, ImageRecord>,
): ImageRecord[] {
  return dataset.images.flatMap(({ externalId, fileName, extra }) => {
    const image = imageOf.get(fileName)
    if (image === undefined) return []
    const foreign = image.foreign ?? { id: externalId, extra }
    const status = touched.has(image.id) && image.status === 'unseen' ? 'inProgress' : image.status
    return foreign === image.foreign && status === image.status ? [] : [{ ...image, foreign, status }]
  })
}

/** Categories become classes by name; a new class keeps its original id and unknown fields for the way back. */
function planClasses(workspace: Workspace, dataset: ImportedDataset, put: AnyRecord[]): Map<string, ClassId> {
  const project = workspace.project()
  const byName = new Map(
    workspace
      .records()
      .ofType('class')
      .map((record) => [record.name, record]),
  )
  const order = [...project.classOrder]
  const ids = new Map<string, ClassId>()
  for (const category of dataset.categories) {
    const existing = byName.get(category.name)
    const foreign: ForeignFields = { id: category.externalId, extra: category.extra }
    if (existing !== undefined) {
      ids.set(category.externalId, existing.id)
      // A class of ours takes over the file's id, so that an export speaks the file's numbers.
      if (existing.foreign === null) put.push({ ...existing, foreign })
      continue
    }
    const record = { ...newClass(workspace, category.name, order.length), foreign }
    put.push(record)
    order.push(record.id)
    byName.set(category.name, record)
    ids.set(category.externalId, record.id)
  }
  if (order.length > project.classOrder.length) put.push({ ...project, classOrder: order })
  return ids
}

function boxRecord(
  workspace: Workspace,
  object: ImportedObject,
  image: ImageRecord,
  classId: ClassId,
): BoxAnnotation | null {
  const boxPx = object.promptBoxPx ?? object.boxPx ?? (object.rle === null ? null : rleBounds(object.rle))
  if (boxPx === null) return null
  return {
    id: idOf('annotation', workspace.services.newId()),
    type: 'annotation',
    kind: 'box',
    imageId: image.id,
    classId,
    boxPx,
    source: 'import',
    createdAt: workspace.services.clock.now(),
    foreign: { id: object.externalId, extra: object.extra },
  }
}

async function maskRecord(
  workspace: Workspace,
  object: ImportedObject,
  rle: Rle,
  image: ImageRecord,
  classId: ClassId | null,
  box: BoxAnnotation | null,
): Promise<PseudoMask> {
  return {
    id: idOf('mask', workspace.services.newId()),
    type: 'mask',
    role: classId === null ? 'ignore' : 'defect',
    imageId: image.id,
    classId,
    annotationId: box?.id ?? null,
    pixels: await workspace.pictures.putRle(rle),
    areaPx: rleArea(rle),
    boundsPx: rleBounds(rle),
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: { kind: 'imported', formatId: 'coco', externalId: object.externalId, score: object.score },
    createdAt: workspace.services.clock.now(),
    foreign: { id: object.externalId, extra: object.extra },
  }
}

/** Boxes go; masks without a box go too. Masks of a removed box are no longer live and come back with undo. */
function marksOf(workspace: Workspace, images: readonly ImageRecord[]): string[] {
  const records = workspace.records()
  return images.flatMap((image) => [
    ...records.ofImage('annotation', image.id).map((box) => box.id),
    ...records
      .ofImage('mask', image.id)
      .filter((mask) => mask.annotationId === null)
      .map((mask) => mask.id),
  ])
}

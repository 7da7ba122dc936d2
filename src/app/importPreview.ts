import { AppError } from '../core/errors'
import type { ImageRecord } from '../domain/records'
import { matchImages } from '../formats/coco/matchImages'
import { parseCoco } from '../formats/coco/parseCoco'
import type { ImportedDataset } from '../formats/format'
import type { PickedFile } from '../ports/files'
import type { ImportPreview } from './app'
import { planImport } from './importPlan'
import type { Workspace } from './workspace'

/** Parses a COCO file and shows what importing it would do. Throws when the file cannot be opened at all. */
export async function previewImport(workspace: Workspace, file: PickedFile): Promise<ImportPreview> {
  const sizes = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image]),
  )
  const outcome = await workspace.jobs.run({ title: `Read ${file.path}`, lane: 'batch' }, async (job) =>
    parseCoco(await file.bytes(), job, { sizeOf: (name) => sizes.get(name) ?? null }),
  )
  if (outcome.kind === 'cancelled') throw new AppError('data/unreadable-file', 'reading was cancelled')
  if (outcome.kind === 'failed') throw outcome.error
  return previewOf(workspace, file.path, outcome.value)
}

/** Counts what an import would do; nothing changes before the person has seen this. */
function previewOf(workspace: Workspace, fileName: string, dataset: ImportedDataset): ImportPreview {
  const records = workspace.records()
  const images = records.ofType('image')
  const matches = matchImages(dataset.images, images)
  const byPath = new Map(images.map((image) => [image.fileName, image]))
  const imageOf = new Map<string, ImageRecord>()
  for (const [theirs, ours] of matches.projectFileOf) imageOf.set(theirs, byPath.get(ours)!)
  const classNames = new Set(records.ofType('class').map((record) => record.name))
  const existing = [...imageOf.values()].reduce(
    (sum, image) =>
      sum +
      records.ofImage('annotation', image.id).length +
      records.ofImage('mask', image.id).filter((mask) => mask.annotationId === null).length,
    0,
  )
  return {
    fileName,
    matchedImages: imageOf.size,
    unmatchedInFile: matches.missing,
    unmatchedInProject: matches.extra.length,
    perClass: dataset.categories.map((category) => {
      const objects = dataset.objects.filter(
        (object) => object.categoryId === category.externalId && imageOf.has(object.fileName),
      )
      return {
        name: category.name,
        boxes: objects.filter((object) => object.rle === null).length,
        masks: objects.filter((object) => object.rle !== null).length,
        isNew: !classNames.has(category.name),
      }
    }),
    issues: [...dataset.issues, ...matches.issues],
    existingMarksOnMatched: existing,
    apply: async (mode) => {
      const outcome = await workspace.jobs.run({ title: `Import ${fileName}`, lane: 'batch' }, (job) =>
        planImport(workspace, dataset, imageOf, mode, job),
      )
      if (outcome.kind !== 'done') return { boxes: 0, masks: 0 }
      const { plan, boxes, masks } = outcome.value
      workspace.transact(`Import ${fileName}`, 'user', plan)
      return { boxes, masks }
    },
  }
}

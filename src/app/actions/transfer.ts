import { AppError } from '../../core/errors'
import { readParams } from '../../core/params'
import type { ImageRecord } from '../../domain/records'
import { exporters } from '../../formats'
import { matchImages } from '../../formats/coco/matchImages'
import { parseCoco } from '../../formats/coco/parseCoco'
import type { ExportedFile, ImportedDataset } from '../../formats/format'
import type { PickedFile } from '../../ports/files'
import type { ImportPreview, TransferActions } from '../app'
import { exportSource } from '../exportSource'
import { planImport } from '../importPlan'
import type { Workspace } from '../workspace'
import { fileSafe } from './projects'

export function createTransferActions(workspace: Workspace): TransferActions {
  let lastFiles: readonly ExportedFile[] = []

  const preview = async (file: PickedFile): Promise<ImportPreview> => {
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

  return {
    pickAnnotations: async () => {
      const files = await workspace.services.files.pickFiles({ accept: '.json', multiple: false })
      return files?.[0] === undefined ? null : preview(files[0])
    },
    previewAnnotations: preview,
    export: async (exporterId, params, choice) => {
      const exporter = exporters.get(exporterId)
      const { values, issues } = readParams(exporter.params, params)
      if (issues.length > 0)
        throw new AppError('usage/invalid-parameter', issues.map((issue) => issue.message).join('; '))
      const source = exportSource(workspace, choice)
      if (source.images.length === 0) {
        throw new AppError(
          'export/nothing-to-export',
          'no image is in progress, done or confirmed clean: mark images first, or include unseen images',
        )
      }
      const outcome = await workspace.jobs.run({ title: `Export ${exporter.title}`, lane: 'batch' }, (job) =>
        exporter.write(source, values, job),
      )
      if (outcome.kind === 'failed') throw outcome.error
      if (outcome.kind === 'cancelled')
        throw new AppError('export/nothing-to-export', 'the export was cancelled: nothing was written')
      lastFiles = outcome.value.files
      return outcome.value.report
    },
    save: async () => {
      for (const file of lastFiles) await workspace.services.files.save(file)
    },
    saveModel: async (runId) => {
      const run = workspace.records().get(runId)
      if (run?.type !== 'run' || run.model === null || run.modelInfo === null) {
        throw new AppError('model/missing', 'this run has no model to save')
      }
      const { blobs } = workspace.services.storage
      const name = fileSafe(run.name)
      await workspace.services.files.save({ path: `${name}-model.onnx`, bytes: await blobs.get(run.model) })
      await workspace.services.files.save({
        path: `${name}-model.json`,
        bytes: await blobs.get(run.modelInfo),
      })
    },
  }
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

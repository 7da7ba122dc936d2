import { AppError } from '../../core/errors'
import type { ImportIssue } from '../../core/issues'
import type { ImageRecord, Split } from '../../domain/records'
import { matchImages } from '../../formats/coco/matchImages'
import { parseCoco } from '../../formats/coco/parseCoco'
import type { ImportedDataset } from '../../formats/format'
import type { PickedFile } from '../../ports/files'
import { planImport } from '../importPlan'
import type { BatchContext } from './request'

export interface OpenedDataset {
  readonly dataset: ImportedDataset
  /** File's image name -> the project's image. */
  readonly imageOf: ReadonlyMap<string, ImageRecord>
  readonly issues: readonly ImportIssue[]
}

/**
 * Adds the pictures that a COCO file lists and its annotations to the open project. Pictures already there stay;
 * what cannot be matched or read is an issue and the rest goes on.
 */
export async function openDataset(
  { app, workspace, job }: BatchContext,
  files: readonly PickedFile[],
  bytes: Uint8Array,
  split: Split | null,
): Promise<OpenedDataset> {
  const dataset = await parseCoco(bytes, job)
  const matching = matchImages(
    dataset.images.map((image) => image.fileName),
    files.map((file) => file.path),
  )
  const byPath = new Map(files.map((file) => [file.path, file]))
  const wanted = [...matching.matches.values()].flatMap((path) => byPath.get(path) ?? [])
  const report = await app.images.add(wanted)
  const records = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image]),
  )
  if (records.size === 0) {
    throw new AppError(
      'data/unreadable-file',
      'none of the images that the annotation file lists is in the folder: check --images',
    )
  }
  if (split !== null) {
    const ids = [...matching.matches.values()].flatMap((path) => records.get(path)?.id ?? [])
    app.images.setSplit(ids, split)
  }
  const fresh = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image]),
  )
  const imageOf = new Map<string, ImageRecord>()
  for (const [name, path] of matching.matches) {
    const record = fresh.get(path)
    if (record !== undefined) imageOf.set(name, record)
  }
  const { plan } = await planImport(workspace, dataset, imageOf, 'add', job)
  workspace.transact('Import annotations', 'user', plan)
  return { dataset, imageOf, issues: [...dataset.issues, ...matching.issues, ...report.issues] }
}

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
  // Names first (nothing is read yet), sizes once the pictures are known.
  const byName = matchImages(
    dataset.images.map(unsized),
    files.map((file) => unsized({ fileName: file.path })),
  )
  const wanted = new Set(byName.projectFileOf.values())
  const report = await app.images.add(files.filter((file) => wanted.has(file.path)))
  const pictures = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image]),
  )
  if (![...wanted].some((path) => pictures.has(path))) {
    throw new AppError(
      'data/unreadable-file',
      'none of the images that the annotation file lists is in the folder: check --images',
    )
  }
  const matching = matchImages(
    dataset.images,
    [...pictures.values()].filter((image) => wanted.has(image.fileName)),
  )
  if (split !== null)
    app.images.setSplit(
      [...matching.projectFileOf.values()].map((path) => pictures.get(path)!.id),
      split,
    )
  const imageOf = new Map<string, ImageRecord>()
  for (const [name, path] of matching.projectFileOf)
    imageOf.set(name, workspace.image(pictures.get(path)!.id))
  const { plan } = await planImport(workspace, dataset, imageOf, 'add', job)
  workspace.transact('Import annotations', 'user', plan)
  return { dataset, imageOf, issues: [...dataset.issues, ...matching.issues, ...report.issues] }
}

function unsized(image: { readonly fileName: string }): ImportedDataset['images'][number] {
  return { externalId: '', fileName: image.fileName, width: 0, height: 0, extra: {} }
}

import type { ImportIssue } from '../../core/issues'
import { matchImages } from '../../formats/coco/matchImages'
import { readLabels } from '../../formats/labels/readLabels'
import { previewLabelFile } from '../labelFile'
import type { BatchContext, BatchInput } from './request'

export interface AppliedLabels {
  readonly clean: number
  readonly defective: number
  readonly issues: readonly ImportIssue[]
}

/**
 * Applies a label file to the open project as the screen does: adds the pictures that it labels (`isAll`: all of the
 * folder), confirms those with an empty list as clean, and tags the others. What cannot be matched is an issue, and the rest
 * goes on.
 */
export async function applyLabels(
  input: BatchInput,
  { app, workspace }: BatchContext,
  isAll: boolean,
): Promise<AppliedLabels> {
  const bytes = await input.file('labels')
  const { labels } = readLabels(new TextDecoder().decode(bytes))
  const unsized = (fileName: string) => ({ externalId: '', fileName, width: 0, height: 0, extra: {} })
  const { projectFileOf } = matchImages(
    labels.map(({ fileName }) => unsized(fileName)),
    input.images.map(({ path }) => unsized(path)),
  )
  const wanted = new Set(projectFileOf.values())
  const files = isAll ? input.images : input.images.filter(({ path }) => wanted.has(path))
  const report = await app.images.add(files)
  const file = { path: 'labels', byteLength: bytes.length, bytes: async () => bytes }
  const { clean, defective, issues, apply } = await previewLabelFile(workspace, file)
  apply()
  return { clean, defective, issues: [...report.issues, ...issues] }
}

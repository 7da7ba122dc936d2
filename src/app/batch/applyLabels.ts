import type { ImportIssue } from '../../core/issues'
import type { ClassId, ImageId } from '../../domain/records'
import { matchImages } from '../../formats/coco/matchImages'
import { readLabels } from './readLabels'
import type { BatchContext, BatchInput } from './request'

export interface AppliedLabels {
  /** Images that the file labels, by its names. */
  readonly imageOf: ReadonlyMap<string, ImageId>
  readonly clean: number
  readonly tagged: number
  readonly issues: readonly ImportIssue[]
}

/**
 * Applies `{file_name: [class, …]}` to the open project: adds the pictures that the file labels (`isAll`: all of the
 * folder), confirms those with an empty list as clean, and tags the others. An image with boxes stays as it is marked:
 * boxes win. What cannot be matched is an issue, and the rest goes on.
 */
export async function applyLabels(
  input: BatchInput,
  { app, workspace }: BatchContext,
  isAll: boolean,
): Promise<AppliedLabels> {
  const { labels, issues } = readLabels(new TextDecoder().decode(await input.file('labels')))
  const unsized = (fileName: string) => ({ externalId: '', fileName, width: 0, height: 0, extra: {} })
  const matching = matchImages(
    labels.map(({ fileName }) => unsized(fileName)),
    input.images.map(({ path }) => unsized(path)),
  )
  const wanted = new Set(matching.projectFileOf.values())
  const report = await app.images.add(
    isAll ? input.images : input.images.filter(({ path }) => wanted.has(path)),
  )
  const idOfPath = new Map(
    workspace
      .records()
      .ofType('image')
      .map((image) => [image.fileName, image.id]),
  )
  const unmatched = labels
    .filter(({ fileName }) => !matching.projectFileOf.has(fileName))
    .map(
      ({ fileName }): ImportIssue => ({
        severity: 'warning',
        path: fileName,
        message: 'is labelled but not (or not just once) in the image folder',
        remedy: 'Write its name with its sub-folder, as it is below --images.',
      }),
    )
  const imageOf = new Map<string, ImageId>()
  const clean: ImageId[] = []
  const tagged = new Map<ClassId, ImageId[]>()
  for (const { fileName, classes } of labels) {
    const path = matching.projectFileOf.get(fileName)
    const id = path === undefined ? undefined : idOfPath.get(path)
    if (id === undefined) continue
    imageOf.set(fileName, id)
    const hasBoxes = workspace.records().ofImage('annotation', id).length > 0
    if (classes.length === 0 && !hasBoxes) clean.push(id)
    for (const name of new Set(classes)) {
      const classId = app.classes.add(name)
      tagged.set(classId, [...(tagged.get(classId) ?? []), id])
    }
  }
  if (clean.length > 0) app.images.setStatus(clean, 'confirmedClean')
  for (const [classId, ids] of tagged) app.images.toggleLabel(ids, classId)
  return {
    imageOf,
    clean: clean.length,
    tagged: imageOf.size - clean.length,
    issues: [...issues, ...unmatched, ...report.issues],
  }
}

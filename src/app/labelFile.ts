import type { ImportIssue } from '../core/issues'
import { hasMarks, planVerdict, sortedAs, type ImageVerdict } from '../domain/imageVerdict'
import type { AnyRecord, ClassDef, ClassId, ImageRecord } from '../domain/records'
import { matchImages } from '../formats/coco/matchImages'
import type { LabelledFile } from '../formats/labels/labelledFile'
import { readLabels } from '../formats/labels/readLabels'
import { writeLabels } from '../formats/labels/writeLabels'
import type { PickedFile } from '../ports/files'
import { newClass } from './actions/classes'
import { fileSafe } from './actions/projects'
import type { LabelPreview } from './app'
import type { Workspace } from './workspace'

/** Reads a label file and shows what applying it would do. Never throws for what is wrong inside the file. */
export async function previewLabelFile(workspace: Workspace, file: PickedFile): Promise<LabelPreview> {
  const read = readLabels(new TextDecoder().decode(await file.bytes()))
  const plan = planLabels(workspace, read.labels)
  return {
    fileName: file.path,
    ...plan.counts,
    issues: [...read.issues, ...plan.issues],
    apply: () => {
      // Planned anew: the person may have sorted on while looking at the preview.
      const { put, remove, changed } = planLabels(workspace, read.labels)
      if (changed > 0) workspace.transact(`Apply labels of ${file.path}`, 'user', { put, remove })
      return changed
    },
  }
}

interface LabelPlan {
  readonly counts: Pick<
    LabelPreview,
    'clean' | 'defective' | 'perClass' | 'unchanged' | 'replaced' | 'unmatchedInProject'
  >
  readonly issues: readonly ImportIssue[]
  readonly put: readonly AnyRecord[]
  readonly remove: readonly string[]
  readonly changed: number
}

function planLabels(workspace: Workspace, labels: readonly LabelledFile[]): LabelPlan {
  const records = workspace.records()
  const images = records.ofType('image')
  const { newId } = workspace.services
  // Label files know no sizes: a width of 0 compares names alone.
  const named = labels.map(({ fileName }) => ({
    externalId: fileName,
    fileName,
    width: 0,
    height: 0,
    extra: {},
  }))
  const matches = matchImages(named, images)
  // One issue for each missing name, in the same order; the name says more than its place in the list.
  const issues: ImportIssue[] = matches.missing.map((path, i) => ({
    ...matches.issues[i]!,
    path,
    severity: 'warning',
  }))
  const imageOf = new Map(images.map((image) => [image.fileName, image]))
  const known = new Map(records.ofType('class').map((one) => [one.name, one]))
  const made = new Map<string, ClassDef>()
  const { classOrder } = workspace.project()
  const classOf = (name: string): ClassId => {
    const existing = known.get(name) ?? made.get(name)
    if (existing !== undefined) return existing.id
    const created = newClass(workspace, name, classOrder.length + made.size)
    made.set(name, created)
    return created.id
  }

  const put: AnyRecord[] = []
  const remove: string[] = []
  const perClass = new Map<string, number>()
  const count = { clean: 0, defective: 0, unchanged: 0, replaced: 0 }
  for (const { fileName, classes } of labels) {
    const image = imageOf.get(matches.projectFileOf.get(fileName) ?? '')
    if (image === undefined) continue
    if (classes.length === 0 && hasMarks(records, image.id)) {
      issues.push(markedButClean(fileName))
      continue
    }
    const verdict: ImageVerdict =
      classes.length === 0 ? { kind: 'clean' } : { kind: 'defective', classIds: classes.map(classOf) }
    for (const name of classes) perClass.set(name, (perClass.get(name) ?? 0) + 1)
    const plan = planVerdict(records, image, verdict, { source: 'import', newId })
    if (plan === null) {
      count.unchanged++
      continue
    }
    if (replacesVerdict(workspace, image, verdict)) count.replaced++
    count[verdict.kind === 'clean' ? 'clean' : 'defective']++
    put.push(...plan.put)
    remove.push(...plan.remove)
  }
  if (made.size > 0) {
    put.unshift(...made.values(), {
      ...workspace.project(),
      classOrder: [...classOrder, ...[...made.values()].map((one) => one.id)],
    })
    issues.push(...[...made.keys()].map(newName))
  }
  return {
    counts: {
      ...count,
      perClass: [...perClass].map(([name, number]) => ({ name, images: number, isNew: made.has(name) })),
      unmatchedInProject: matches.extra.length,
    },
    issues,
    put,
    remove,
    changed: count.clean + count.defective,
  }
}

/** The image was sorted otherwise: clean, skipped, or with other classes. */
function replacesVerdict(workspace: Workspace, image: ImageRecord, verdict: ImageVerdict): boolean {
  const sorted = sortedAs(workspace.records(), image)
  if (sorted.kind === 'unsorted') return false
  if (sorted.kind !== 'defective' || verdict.kind !== 'defective') return true
  return sorted.classIds.some((id) => !verdict.classIds.includes(id))
}

function markedButClean(path: string): ImportIssue {
  return {
    severity: 'error',
    path,
    message: 'is clean in the file, but has boxes or accepted masks in the project',
    remedy: 'Delete its marks and import again, or correct the file.',
  }
}

function newName(name: string): ImportIssue {
  return {
    severity: 'warning',
    path: name,
    message: `the project has no class "${name}" yet: it is made`,
    remedy: 'If it is a misspelling, correct the file, or merge the classes on the Annotate tab afterwards.',
  }
}

/** Saves what all sorted images are, as a label file; unsorted and skipped ones are not in it. None: a notice, no file. */
export async function saveLabelFile(workspace: Workspace): Promise<number> {
  const records = workspace.records()
  const names = new Map(records.ofType('class').map((one) => [one.id, one.name]))
  const labels: LabelledFile[] = []
  for (const image of records.ofType('image')) {
    const sorted = sortedAs(records, image)
    if (sorted.kind === 'clean') labels.push({ fileName: image.fileName, classes: [] })
    // An image that is done without any class has nothing to say here: an empty list would call it clean.
    if (sorted.kind === 'defective' && sorted.classIds.length > 0)
      labels.push({ fileName: image.fileName, classes: sorted.classIds.map((id) => names.get(id) ?? '') })
  }
  if (labels.length === 0) {
    workspace.notices.say('info', 'No labels to save', 'No image is sorted as clean or defective yet.')
    return 0
  }
  await workspace.services.files.save({
    path: `${fileSafe(workspace.project().name)}-labels.json`,
    bytes: new TextEncoder().encode(writeLabels(labels)),
  })
  return labels.length
}

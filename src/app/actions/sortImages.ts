import { hasMarks, planVerdict, sortedAs, type ImageVerdict } from '../../domain/imageVerdict'
import type { AnyRecord, ClassId, ImageRecord } from '../../domain/records'
import { sortCounts, type SortCounts } from '../../domain/sortCounts'
import type { ImageActions, SortVerdict } from '../app'
import type { Workspace } from '../workspace'
import { newClass } from './classes'

/** A pause longer than this is not counted as work (product-conventions: the pace of review). */
const LONGEST_PAUSE_MS = 5000
/** Made for who sorts before naming any class. */
const DEFAULT_CLASS = 'defect'

/** Verdicts on whole images, and how far and how fast they come. */
export function createSorting(workspace: Workspace): Pick<ImageActions, 'sort' | 'sortProgress'> {
  let memo: { version: number; counts: SortCounts } | null = null
  let lastAt: number | null = null
  let activeMs = 0
  let timed = 0

  const keepTime = (images: number): void => {
    const now = workspace.services.clock.ticks()
    if (lastAt !== null) {
      activeMs += Math.min(now - lastAt, LONGEST_PAUSE_MS)
      timed += images
    }
    lastAt = now
  }

  return {
    sort: (ids, verdict) => {
      const images = ids.map((id) => workspace.image(id))
      const { sortable, put, verdictOf } = settle(workspace, images, verdict)
      if (sortable.length === 0) return []
      const all: AnyRecord[] = [...put]
      const remove: string[] = []
      const { newId } = workspace.services
      for (const image of sortable) {
        const plan = planVerdict(workspace.records(), image, verdictOf(image), { source: 'human', newId })
        all.push(...(plan?.put ?? []))
        remove.push(...(plan?.remove ?? []))
      }
      keepTime(sortable.length)
      // Saying again what is said already is no step to undo.
      if (all.length + remove.length > 0)
        workspace.transact(stepLabel(workspace, verdict, sortable.length), 'user', { put: all, remove })
      return sortable.map((image) => image.id)
    },
    sortProgress: () => {
      const version = workspace.store().version()
      if (memo?.version !== version) memo = { version, counts: sortCounts(workspace.records()) }
      return { ...memo.counts, secondsPerImage: timed < 3 ? null : activeMs / timed / 1000 }
    },
  }
}

interface Settled {
  readonly sortable: readonly ImageRecord[]
  /** A class that had to be made, with the project that lists it. */
  readonly put: readonly AnyRecord[]
  readonly verdictOf: (image: ImageRecord) => ImageVerdict
}

/** Which images can take the verdict, and what it means for each. Says what is refused. */
function settle(workspace: Workspace, images: readonly ImageRecord[], verdict: SortVerdict): Settled {
  const records = workspace.records()
  if (verdict.kind === 'skip') return { sortable: images, put: [], verdictOf: () => ({ kind: 'skip' }) }
  if (verdict.kind === 'clean') {
    const sortable = images.filter((image) => !hasMarks(records, image.id))
    sayMarked(workspace, images.length - sortable.length)
    return { sortable, put: [], verdictOf: () => ({ kind: 'clean' }) }
  }
  if (verdict.classId !== null) {
    const classIds = [verdict.classId]
    return { sortable: images, put: [], verdictOf: () => ({ kind: 'defective', classIds }) }
  }
  const project = workspace.project()
  if (project.classOrder.length === 0) {
    const made = newClass(workspace, DEFAULT_CLASS, 0)
    const put = [made, { ...project, classOrder: [made.id] }]
    return { sortable: images, put, verdictOf: () => ({ kind: 'defective', classIds: [made.id] }) }
  }
  const only = project.classOrder.length === 1 ? project.classOrder : []
  const classIdsOf = (image: ImageRecord): readonly ClassId[] => {
    const sorted = sortedAs(records, image)
    return sorted.kind === 'defective' && sorted.classIds.length > 0 ? sorted.classIds : only
  }
  const sortable = images.filter((image) => classIdsOf(image).length > 0)
  const unclear = images.length - sortable.length
  if (unclear > 0) {
    workspace.notices.say(
      'info',
      unclear === 1 ? 'Which defect is it?' : `Which defect is it on ${unclear} images?`,
      'The project has several classes: choose one of them.',
    )
  }
  return {
    sortable,
    put: [],
    verdictOf: (image) => ({ kind: 'defective', classIds: classIdsOf(image) }),
  }
}

function sayMarked(workspace: Workspace, count: number): void {
  if (count === 0) return
  workspace.notices.say(
    'warning',
    count === 1 ? 'This image is not clean' : `${count} images are not clean`,
    'Boxes or accepted masks stand on them. Delete those first, then confirm the image as clean.',
  )
}

function stepLabel(workspace: Workspace, verdict: SortVerdict, count: number): string {
  const what = count === 1 ? 'image' : `${count} images`
  if (verdict.kind === 'clean') return `Sort ${what} as clean`
  if (verdict.kind === 'skip') return `Skip ${what}`
  const record = verdict.classId === null ? undefined : workspace.records().get(verdict.classId)
  return `Sort ${what} as ${record?.type === 'class' ? record.name : 'defective'}`
}

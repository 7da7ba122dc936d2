import { createStore, type StoreApi } from 'zustand/vanilla'
import type { App, SortVerdict } from '../../../app/app'
import type { Cell } from '../../../core/observable'
import { sortedAs } from '../../../domain/imageVerdict'
import type { ClassId, ImageId } from '../../../domain/records'
import { pickImage, type GridModifiers } from '../gridSelection'
import { nextUnsorted, sortList } from './sortList'

export interface SortState {
  /** "Defective" was pressed and the class is not clear: the next digit names it. */
  readonly asking: boolean
  readonly unsortedOnly: boolean
  /** Sorted since "unsorted only" was switched on: these stay in the list, so that going back works. */
  readonly kept: ReadonlySet<ImageId>
  /** What was sorted in this visit, oldest first. */
  readonly done: readonly SortStep[]
  /** Where "back" stands in `done`; its length right after a verdict. */
  readonly backAt: number
  /** The picture is shown pixel by pixel around this point (fractions of its size); null: as a whole. */
  readonly zoomAt: { readonly x: number; readonly y: number } | null
  /** Columns of the list, as wide as it is now. */
  readonly columns: number
}

/** One verdict, by the image that had the focus, with how that image was sorted before and after. */
interface SortStep {
  readonly imageId: ImageId
  readonly before: string
  readonly after: string
}

const STEPS_KEPT = 500

/**
 * Sorting without the screen: which image has the focus, a verdict with the step to the next unsorted one, the way back,
 * and the return to an image whose verdict was undone. Verdicts go to `app.images.sort`; nothing here is saved. The
 * image in hand is the session's, the ticked ones are those of the Images screen.
 */
export interface SortController {
  readonly state: StoreApi<SortState>
  /** The images of the list, in its order. */
  ids(): readonly ImageId[]
  current(): ImageId | null
  /** Shows the first unsorted image, unless the one in hand is unsorted. */
  enter(): void
  /** What a verdict is about: the ticked images, else the one in hand. */
  targets(): readonly ImageId[]
  sort(verdict: SortVerdict): void
  /** Defective, class to be found: the one it has, the only one, a new one, or it asks. */
  sortDefective(): void
  sortAs(classId: ClassId): void
  stopAsking(): void
  goTo(id: ImageId): void
  move(by: number): void
  /** To the image that was sorted last; again, to the one before. */
  back(): void
  tick(id: ImageId, modifiers: GridModifiers): void
  tickAll(): void
  hasTicks(): boolean
  clearTicks(): void
  setUnsortedOnly(isOn: boolean): void
  toggleZoom(at?: { readonly x: number; readonly y: number }): void
  setColumns(columns: number): void
  /** To be called after every change of the project: an image whose verdict was undone is shown again. */
  follow(): void
}

export function createSortController(app: App, ticked: Cell<ReadonlySet<ImageId>>): SortController {
  const state = createStore<SortState>(() => ({
    asking: false,
    unsortedOnly: false,
    kept: new Set(),
    done: [],
    backAt: 0,
    zoomAt: null,
    columns: 2,
  }))
  const isUnsorted = (id: ImageId): boolean => verdictText(id) === 'unsorted'
  const ids = (): readonly ImageId[] => {
    const { unsortedOnly, kept } = state.getState()
    const all = app.images.visible()
    return unsortedOnly ? sortList(all, isUnsorted, kept) : all
  }
  const current = (): ImageId | null => {
    const list = ids()
    const { imageId } = app.session.getState()
    if (imageId !== null && list.includes(imageId)) return imageId
    return list.find(isUnsorted) ?? list[0] ?? null
  }
  const targets = (): readonly ImageId[] => {
    const chosen = ticked.get()
    if (chosen.size > 0) return ids().filter((id) => chosen.has(id))
    const one = current()
    return one === null ? [] : [one]
  }

  /** How an image is sorted, as text that can be compared. */
  const verdictText = (id: ImageId): string => {
    const records = app.project.get()?.records
    const image = records?.get(id)
    if (records === undefined || image?.type !== 'image') return 'gone'
    const sorted = sortedAs(records, image)
    return sorted.kind === 'defective' ? ['defective', ...sorted.classIds].join(' ') : sorted.kind
  }
  const show = (id: ImageId): void => {
    app.images.goTo(id)
    state.setState({ asking: false, zoomAt: null })
  }

  const sort = (verdict: SortVerdict): void => {
    const about = targets()
    // The list may lose what is sorted (a filter by state): the next one is looked for where it stands now.
    const order = ids()
    const last = about.at(-1)
    if (last === undefined) return
    const inHand = current()
    const imageId = inHand !== null && about.includes(inHand) ? inHand : last
    const before = verdictText(imageId)
    const sorted = app.images.sort(about, verdict)
    state.setState({ asking: false })
    if (sorted.length === 0) return
    ticked.set(new Set())
    state.setState(({ done, kept }) => {
      const steps = [...done, { imageId, before, after: verdictText(imageId) }].slice(-STEPS_KEPT)
      return { done: steps, backAt: steps.length, kept: new Set([...kept, ...sorted]) }
    })
    const next = nextUnsorted(order, last, isUnsorted)
    if (next !== null) show(next)
  }

  return {
    state,
    ids,
    current,
    enter: () => {
      const { imageId } = app.session.getState()
      const list = ids()
      if (imageId !== null && list.includes(imageId) && isUnsorted(imageId)) return
      const first = list.find(isUnsorted) ?? current()
      if (first !== null) show(first)
    },
    targets,
    sort,
    sortAs: (classId) => sort({ kind: 'defective', classId }),
    sortDefective: () => {
      const classes = app.project.get()?.records.ofType('project')[0]?.classOrder ?? []
      const isClear =
        classes.length < 2 || targets().every((id) => verdictText(id).startsWith('defective class:'))
      if (isClear) sort({ kind: 'defective', classId: null })
      else state.setState(({ asking }) => ({ asking: !asking }))
    },
    stopAsking: () => state.setState({ asking: false }),
    goTo: (id) => show(id),
    move: (by) => {
      const list = ids()
      const at = list.indexOf(current()!)
      const next = list[Math.max(0, Math.min(list.length - 1, at + by))]
      if (next !== undefined) show(next)
    },
    back: () => {
      const { done, backAt } = state.getState()
      const list = new Set(ids())
      const at = done.findLastIndex(
        (step, i) => i < backAt && list.has(step.imageId) && step.imageId !== current(),
      )
      if (at < 0) return
      state.setState({ backAt: at })
      show(done[at]!.imageId)
    },
    tick: (id, modifiers) => {
      const picked = pickImage(
        ids(),
        { ticked: ticked.get(), focus: current(), anchor: current() },
        id,
        modifiers,
      )
      ticked.set(picked.ticked)
      show(id)
    },
    hasTicks: () => ticked.get().size > 0,
    tickAll: () => ticked.set(new Set(ids())),
    clearTicks: () => ticked.set(new Set()),
    setUnsortedOnly: (unsortedOnly) => state.setState({ unsortedOnly, kept: new Set() }),
    toggleZoom: (at = { x: 0.5, y: 0.5 }) =>
      state.setState(({ zoomAt }) => ({ zoomAt: zoomAt === null ? at : null })),
    setColumns: (columns) => state.setState({ columns }),
    follow: () => {
      const { done } = state.getState()
      const last = done.at(-1)
      if (last === undefined || last.before === last.after) return
      if (verdictText(last.imageId) !== last.before) return
      state.setState({ done: done.slice(0, -1), backAt: done.length - 1 })
      if (ids().includes(last.imageId)) show(last.imageId)
    },
  }
}

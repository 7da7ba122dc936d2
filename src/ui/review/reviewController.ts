import { createStore, type StoreApi } from 'zustand/vanilla'
import type { App, MaskPatch } from '../../app/app'
import type { RejectReason } from '../../domain/records'
import type { ReviewItem, ReviewReason } from '../../domain/reviewQueue'
import { createFixSession, type FixSession } from './fixSession'
import { gridPage, keepLiving, moveFocus, remaining, toggleTakenOff, type GridPage } from './gridPage'
import { queueFor } from './queueFilter'
import { currentIndex, takenBack } from './queuePosition'

export type ReviewView = 'before' | 'after' | 'difference'

export interface ReviewState {
  readonly mode: 'single' | 'grid'
  /** What the person chose; null: difference where there is a former mask, else after. */
  readonly view: ReviewView | null
  /** The next digit is a reason. `words`: the reason is being typed. */
  readonly rejecting: 'no' | 'reason' | 'words'
  /** Rises with every request to zoom; odd shows the changed area, even the whole picture. */
  readonly zoomRequest: number
  readonly fix: FixSession | null
  readonly fixTool: 'brush' | 'eraser'
  /** Place in the queue, for when the remembered item is gone. */
  readonly index: number
  readonly page: GridPage
  readonly columns: number
  readonly pageSize: number
  /** Keys of decided items, oldest first. */
  readonly decided: readonly string[]
}

const DECIDED_KEPT = 500

/**
 * What the review screen can do, without the screen: where it is in the queue, decisions with the step to the next item,
 * the grid page, and the painting under way. Decisions go to `app.review`; nothing here is saved.
 */
export interface ReviewController {
  readonly state: StoreApi<ReviewState>
  /** Shows what waits for this reason only; null: everything. The item in hand stays where it belongs to it. */
  setReason(reason: ReviewReason | null): void
  current(): ReviewItem | null
  goTo(key: string): void
  move(by: 1 | -1): void
  accept(): void
  askReject(): void
  reject(reason: RejectReason, note: string | null): void
  stopRejecting(): void
  typeReason(): void
  unsure(): void
  setView(view: ReviewView): void
  viewOf(item: ReviewItem): ReviewView
  toggleBefore(): void
  toggleZoom(): void
  setMode(mode: 'single' | 'grid'): void
  setPageShape(columns: number, size: number): void
  moveInGrid(by: 'left' | 'right' | 'up' | 'down'): void
  focusInGrid(index: number): void
  takeOff(): void
  acceptPage(): void
  /** Starts painting on the mask's pixels; null where nothing was found. */
  startFix(patch: MaskPatch | null): void
  cancelFix(): void
  setFixTool(tool: 'brush' | 'eraser'): void
  /** Saves the painting as an accepted mask. Returns false when nothing is left to save. */
  saveFix(): Promise<boolean>
  /** To be called after every change of the project: an item whose decision was taken back is shown again. */
  follow(): void
}

/** Where the generator found nothing there is nothing to accept: paint it, reject it, or mark it as unsure. */
export function canAccept(item: ReviewItem): boolean {
  return !item.mask.isUnresolved
}

export function createReviewController(app: App): ReviewController {
  const state = createStore<ReviewState>(() => ({
    mode: 'single',
    view: null,
    rejecting: 'no',
    zoomRequest: 1,
    fix: null,
    fixTool: 'brush',
    index: 0,
    page: gridPage([], 0, 0),
    columns: 6,
    pageSize: 24,
    decided: [],
  }))
  /** What waits, of the reason that the person chose to see. */
  const queue = (): readonly ReviewItem[] => queueFor(app.review.queue(), app.session.getState().reviewReason)
  const keys = (): string[] => queue().map((item) => item.key)
  const position = (): number | null =>
    currentIndex(queue(), app.session.getState().reviewKey, state.getState().index)
  const current = (): ReviewItem | null => {
    const at = position()
    return at === null ? null : (queue()[at] ?? null)
  }

  const show = (index: number): void => {
    const item = queue()[index]
    if (item === undefined) return
    state.setState(({ view }) => ({
      index,
      rejecting: 'no',
      fix: null,
      zoomRequest: 1,
      // "Before" was a look back at one item; the next one is judged by what would be.
      view: view === 'before' ? null : view,
    }))
    app.session.setState({ reviewKey: item.key })
  }

  /** Runs a decision about the current item, then shows the item that took its place. */
  const decide = (decision: (item: ReviewItem) => void): void => {
    const at = position()
    const item = at === null ? undefined : queue()[at]
    if (at === null || item === undefined) return
    decision(item)
    remember([item.key])
    const left = queue().length
    if (left > 0) show(Math.min(at, left - 1))
    else state.setState({ index: 0, rejecting: 'no', fix: null })
  }
  const remember = (decided: readonly string[]): void =>
    state.setState((held) => ({ decided: [...held.decided, ...decided].slice(-DECIDED_KEPT) }))

  const focused = (): ReviewItem | null => {
    const { page } = state.getState()
    return queue().find((item) => item.key === page.keys[page.focus]) ?? null
  }
  const turnPage = (): void => {
    const { page, pageSize } = state.getState()
    const all = keys()
    const first = page.keys[0] === undefined ? 0 : Math.max(0, all.indexOf(page.keys[0]))
    state.setState({ page: gridPage(all, first, pageSize) })
  }

  return {
    state,
    setReason: (reason) => {
      const held = current()
      app.session.setState({ reviewReason: reason })
      const at = keys().indexOf(held?.key ?? '')
      if (state.getState().mode === 'grid')
        state.setState(({ pageSize }) => ({ page: gridPage(keys(), Math.max(0, at), pageSize) }))
      else show(Math.max(0, at))
    },
    current,
    goTo: (key) => show(keys().indexOf(key)),
    move: (by) => {
      const at = position()
      if (at !== null) show(at + by)
    },
    accept: () => {
      if (state.getState().mode === 'single') {
        const item = current()
        if (item !== null && canAccept(item)) decide((held) => app.review.accept(held))
        return
      }
      const item = focused()
      if (item === null || !canAccept(item)) return
      app.review.accept(item)
      remember([item.key])
    },
    askReject: () => state.setState({ rejecting: 'reason' }),
    typeReason: () => state.setState({ rejecting: 'words' }),
    stopRejecting: () => state.setState({ rejecting: 'no' }),
    reject: (reason, note) => decide((item) => app.review.reject(item, reason, note)),
    unsure: () => decide((item) => app.review.unsure(item)),
    setView: (view) => state.setState({ view }),
    viewOf: (item) => {
      const { view } = state.getState()
      return view ?? (item.against === null ? 'after' : 'difference')
    },
    toggleBefore: () => state.setState(({ view }) => ({ view: view === 'before' ? 'after' : 'before' })),
    toggleZoom: () => state.setState(({ zoomRequest }) => ({ zoomRequest: zoomRequest + 1 })),
    setMode: (mode) => {
      if (mode === 'grid') {
        const { pageSize } = state.getState()
        state.setState({
          mode,
          rejecting: 'no',
          fix: null,
          page: gridPage(keys(), position() ?? 0, pageSize),
        })
        return
      }
      const item = focused()
      state.setState({ mode })
      if (item !== null) show(keys().indexOf(item.key))
    },
    setPageShape: (columns, pageSize) => {
      const held = state.getState()
      if (held.columns === columns && held.pageSize === pageSize) return
      state.setState({ columns, pageSize })
      if (held.mode === 'grid') turnPage()
    },
    moveInGrid: (by) => state.setState(({ page, columns }) => ({ page: moveFocus(page, by, columns) })),
    focusInGrid: (focus) => state.setState(({ page }) => ({ page: { ...page, focus } })),
    takeOff: () => state.setState(({ page }) => ({ page: toggleTakenOff(page) })),
    acceptPage: () => {
      const wanted = new Set(remaining(state.getState().page))
      const items = queue().filter((item) => wanted.has(item.key) && canAccept(item))
      if (items.length === 0) return
      app.review.acceptAll(items)
      remember(items.map((item) => item.key))
    },
    startFix: (patch) => {
      const item = current()
      const image = item === null ? undefined : app.project.get()?.records.get(item.imageId)
      if (image?.type !== 'image') return
      state.setState({ fix: createFixSession(patch, image), fixTool: 'brush', rejecting: 'no' })
    },
    cancelFix: () => state.setState({ fix: null }),
    setFixTool: (fixTool) => state.setState({ fixTool }),
    saveFix: async () => {
      const { fix } = state.getState()
      const at = position()
      const item = current()
      const result = fix?.result() ?? null
      if (fix === null || at === null || item === null || result === null) return false
      await app.review.fix(item, result.mask, result.boundsPx, fix.lastTool())
      remember([item.key])
      state.setState({ fix: null })
      const left = queue().length
      if (left > 0) show(Math.min(at, left - 1))
      return true
    },
    follow: () => {
      const all = app.review.queue()
      const held = state.getState()
      const back = takenBack(held.decided, all)
      if (back !== null) {
        // What was taken back is shown, even where another reason was chosen since.
        if (!keys().includes(back)) app.session.setState({ reviewReason: null })
        const decided = new Set(held.decided)
        const first = queue().findIndex((item) => decided.has(item.key))
        const waiting = new Set(all.map((item) => item.key))
        state.setState({ decided: held.decided.filter((key) => !waiting.has(key)) })
        if (held.mode === 'single') show(keys().indexOf(back))
        else state.setState({ page: gridPage(keys(), first, held.pageSize) })
        return
      }
      if (held.mode !== 'grid') return
      const page = keepLiving(held.page, keys())
      if (page === held.page) return
      state.setState({ page: page.keys.length > 0 ? page : gridPage(keys(), 0, held.pageSize) })
    },
  }
}

/** One page of the grid: which items it shows, which have the focus, which were taken off. Keys, in queue order. */
export interface GridPage {
  readonly keys: readonly string[]
  readonly focus: number
  /** Taken off with X: "accept the whole page" leaves them alone. */
  readonly takenOff: ReadonlySet<string>
}

/** The page that starts with the queue's `first`-th item. */
export function gridPage(queue: readonly string[], first: number, size: number): GridPage {
  const start = Math.max(0, Math.min(first, Math.max(0, queue.length - 1)))
  return { keys: queue.slice(start, start + size), focus: 0, takenOff: new Set() }
}

/**
 * The page after the queue changed: decided items go, the rest keeps its place and its marks, and the focus stays on
 * the item it was on, or on the one that took its place. An empty page is the sign to take the next one.
 */
export function keepLiving(page: GridPage, queue: readonly string[]): GridPage {
  const living = new Set(queue)
  const keys = page.keys.filter((key) => living.has(key))
  if (keys.length === page.keys.length) return page
  const before = page.keys.slice(0, page.focus).filter((key) => living.has(key)).length
  return {
    keys,
    focus: Math.max(0, Math.min(before, keys.length - 1)),
    takenOff: new Set([...page.takenOff].filter((key) => living.has(key))),
  }
}

/** Arrow keys: one cell sideways (running on to the next row), one row up or down; stops at the ends. */
export function moveFocus(page: GridPage, by: 'left' | 'right' | 'up' | 'down', columns: number): GridPage {
  const step = { left: -1, right: 1, up: -columns, down: columns }[by]
  const target = page.focus + step
  if (target < 0 || target >= page.keys.length) return page
  return { ...page, focus: target }
}

/** X: takes the focused item off the page, or puts it back, and moves the focus on when it was taken off. */
export function toggleTakenOff(page: GridPage): GridPage {
  const key = page.keys[page.focus]
  if (key === undefined) return page
  const takenOff = new Set(page.takenOff)
  if (takenOff.delete(key)) return { ...page, takenOff }
  takenOff.add(key)
  return { ...page, takenOff, focus: Math.min(page.focus + 1, page.keys.length - 1) }
}

/** What Shift+Enter accepts. */
export function remaining(page: GridPage): readonly string[] {
  return page.keys.filter((key) => !page.takenOff.has(key))
}

export interface GridShape {
  readonly columns: number
  readonly rows: number
  /** Side of a square cell; its caption comes below. */
  readonly cellPx: number
}

const LEAST_CELL_PX = 128
const MOST_CELL_PX = 220

/** The number of columns that leaves the least of an area unused, with cells large enough to judge. */
export function gridShape(
  area: { readonly width: number; readonly height: number },
  { gapPx, captionPx }: { readonly gapPx: number; readonly captionPx: number },
): GridShape {
  let best: GridShape = { columns: 1, rows: 1, cellPx: Math.max(1, Math.min(area.width, MOST_CELL_PX)) }
  let bestUse = 0
  for (let columns = 1; columns <= 40; columns++) {
    const cellPx = Math.min(MOST_CELL_PX, Math.floor((area.width - (columns - 1) * gapPx) / columns))
    if (cellPx < LEAST_CELL_PX) break
    const rows = Math.max(1, Math.floor((area.height + gapPx) / (cellPx + captionPx + gapPx)))
    const use = columns * rows * cellPx * (cellPx + captionPx)
    if (use >= bestUse) {
      best = { columns, rows, cellPx }
      bestUse = use
    }
  }
  return best
}

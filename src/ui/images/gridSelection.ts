import type { ImageId } from '../../domain/records'

/** What a click or a key does to the ticked images of the grid. Pure: the component keeps the state. */
export interface GridSelection {
  readonly ticked: ReadonlySet<ImageId>
  /** The image that has the keyboard; Shift extends from `anchor` to it. */
  readonly focus: ImageId | null
  readonly anchor: ImageId | null
}

export interface GridModifiers {
  readonly isRange: boolean
  readonly isToggle: boolean
}

/** A plain pick leaves only this image; with Ctrl it is added or taken away; with Shift all up to it are ticked. */
export function pickImage(
  order: readonly ImageId[],
  before: GridSelection,
  id: ImageId,
  { isRange, isToggle }: GridModifiers,
): GridSelection {
  if (isRange && before.anchor !== null) {
    const range = between(order, before.anchor, id)
    const ticked = isToggle ? new Set([...before.ticked, ...range]) : new Set(range)
    return { ticked, focus: id, anchor: before.anchor }
  }
  if (isToggle) {
    const ticked = new Set(before.ticked)
    if (!ticked.delete(id)) ticked.add(id)
    return { ticked, focus: id, anchor: id }
  }
  return { ticked: new Set([id]), focus: id, anchor: id }
}

/** Steps the keyboard by `by` images (a row is `columns`); with Shift the range follows. */
export function moveFocus(
  order: readonly ImageId[],
  before: GridSelection,
  by: number,
  isRange: boolean,
): GridSelection {
  const at = before.focus === null ? -1 : order.indexOf(before.focus)
  const to = at < 0 ? 0 : at + by
  const id = order[Math.min(order.length - 1, Math.max(0, to))]
  if (id === undefined) return before
  return pickImage(order, before, id, { isRange, isToggle: false })
}

/** Only images that are still listed stay ticked. */
export function keepListed(order: readonly ImageId[], before: GridSelection): GridSelection {
  const listed = new Set(order)
  if ([...before.ticked].every((id) => listed.has(id))) return before
  return { ...before, ticked: new Set([...before.ticked].filter((id) => listed.has(id))) }
}

function between(order: readonly ImageId[], from: ImageId, to: ImageId): readonly ImageId[] {
  const a = order.indexOf(from)
  const b = order.indexOf(to)
  if (a < 0 || b < 0) return [to]
  return order.slice(Math.min(a, b), Math.max(a, b) + 1)
}

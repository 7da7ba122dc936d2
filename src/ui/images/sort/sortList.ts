import type { ImageId } from '../../../domain/records'

/** The unsorted images, and those that were sorted since the list was cut down to them: nothing jumps while sorting. */
export function sortList(
  all: readonly ImageId[],
  isUnsorted: (id: ImageId) => boolean,
  kept: ReadonlySet<ImageId>,
): readonly ImageId[] {
  return all.filter((id) => kept.has(id) || isUnsorted(id))
}

/** The first unsorted image after this one, going round at the end; null when all are sorted. */
export function nextUnsorted(
  order: readonly ImageId[],
  from: ImageId,
  isUnsorted: (id: ImageId) => boolean,
): ImageId | null {
  const at = order.indexOf(from)
  const round = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))]
  return round.find(isUnsorted) ?? null
}

/** The next few unsorted images in the same order, for loading ahead. */
export function comingUp(
  order: readonly ImageId[],
  from: ImageId,
  isUnsorted: (id: ImageId) => boolean,
  count: number,
): readonly ImageId[] {
  const at = order.indexOf(from)
  const found: ImageId[] = []
  for (let i = at + 1; i < order.length && found.length < count; i++)
    if (isUnsorted(order[i]!)) found.push(order[i]!)
  return found
}

import { boxIou, clipBox, type Box, type Size } from '../core/geometry'

/** Shorter sides are taken for a slip of the hand; a person can still resize a legal box down to 1 px. */
const MIN_DRAWN_SIDE_PX = 2

/** Boxes closer than this are the same box drawn twice. */
const DUPLICATE_IOU = 0.98

export type BoxVerdict =
  | { readonly kind: 'ok'; readonly boxPx: Box }
  | { readonly kind: 'outside' }
  | { readonly kind: 'sliver' }

/** Clips a drawn box to its image and refuses slivers. Coordinates: image pixels, edge-based. */
export function checkDrawnBox(boxPx: Box, image: Size): BoxVerdict {
  const clipped = clipBox(boxPx, image)
  if (clipped === null) return { kind: 'outside' }
  if (Math.min(clipped.width, clipped.height) < MIN_DRAWN_SIDE_PX) return { kind: 'sliver' }
  return { kind: 'ok', boxPx: roundBox(clipped) }
}

/** Moves a box as far as it stays inside; its size is kept. */
export function moveBoxInside(
  boxPx: Box,
  delta: { readonly x: number; readonly y: number },
  image: Size,
): Box {
  const x = Math.min(Math.max(0, boxPx.x + delta.x), Math.max(0, image.width - boxPx.width))
  const y = Math.min(Math.max(0, boxPx.y + delta.y), Math.max(0, image.height - boxPx.height))
  return { ...boxPx, x, y }
}

export function isDuplicateBox(boxPx: Box, others: readonly Box[]): boolean {
  return others.some((other) => boxIou(boxPx, other) >= DUPLICATE_IOU)
}

/** Hundredths of a pixel are finer than any hand and keep the document small. */
function roundBox({ x, y, width, height }: Box): Box {
  const round = (value: number): number => Math.round(value * 100) / 100
  return { x: round(x), y: round(y), width: round(width), height: round(height) }
}

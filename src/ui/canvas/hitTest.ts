import type { MaskPatch } from '../../app/app'
import type { Box, Point } from '../../core/geometry'
import type { ClickPrompt, MaskId } from '../../domain/records'
import type { ImageObject } from './imageObjects'

/** However small an object is on the screen, this much around it can be clicked. */
const LEAST_TARGET_STAGE = 24

/** What an object covers: its box, else the box of its mask; null when it has neither. */
function boundsOf(object: ImageObject): Box | null {
  return object.box?.boxPx ?? object.mask?.boundsPx ?? null
}

/**
 * The object under a point, or null. A mask that is hit wins over a box that merely surrounds the point; among
 * equals the smallest wins, so that a small defect inside a large one can be reached.
 */
export function objectAt(
  objects: readonly ImageObject[],
  pointPx: Point,
  scale: number,
  patchOf: (maskId: MaskId) => MaskPatch | null,
): ImageObject | null {
  let best: ImageObject | null = null
  let bestRank = Infinity
  for (const object of objects) {
    const bounds = boundsOf(object)
    if (bounds === null || !isInside(enlarged(bounds, scale), pointPx)) continue
    const patch = object.mask === null ? null : patchOf(object.mask.id)
    const onMask = patch !== null && isOnMask(patch, pointPx)
    // A region without a box is only its pixels, unless it is tiny.
    const isTiny = Math.max(bounds.width, bounds.height) * scale < LEAST_TARGET_STAGE
    if (object.box === null && !onMask && !isTiny) continue
    const rank = bounds.width * bounds.height + (onMask ? 0 : 1e12)
    if (rank <= bestRank) {
      best = object
      bestRank = rank
    }
  }
  return best
}

/** The click whose mark is under a point, the latest one first; marks are as wide for the pointer as any target. */
export function clickAt(clicks: readonly ClickPrompt[], { x, y }: Point, scale: number): ClickPrompt | null {
  const reachPx = LEAST_TARGET_STAGE / 2 / scale
  return clicks.findLast(({ pointPx }) => Math.hypot(pointPx.x - x, pointPx.y - y) <= reachPx) ?? null
}

/** The objects that lie wholly inside a marquee. */
export function objectsInside(objects: readonly ImageObject[], marqueePx: Box): readonly ImageObject[] {
  return objects.filter((object) => {
    const bounds = boundsOf(object)
    return (
      bounds !== null &&
      bounds.x >= marqueePx.x &&
      bounds.y >= marqueePx.y &&
      bounds.x + bounds.width <= marqueePx.x + marqueePx.width &&
      bounds.y + bounds.height <= marqueePx.y + marqueePx.height
    )
  })
}

function isOnMask({ boundsPx, mask }: MaskPatch, pointPx: Point): boolean {
  const x = Math.floor(pointPx.x) - boundsPx.x
  const y = Math.floor(pointPx.y) - boundsPx.y
  return x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.data[y * mask.width + x] === 1
}

function enlarged(box: Box, scale: number): Box {
  const growX = Math.max(2 / scale, (LEAST_TARGET_STAGE / scale - box.width) / 2)
  const growY = Math.max(2 / scale, (LEAST_TARGET_STAGE / scale - box.height) / 2)
  return {
    x: box.x - growX,
    y: box.y - growY,
    width: box.width + 2 * growX,
    height: box.height + 2 * growY,
  }
}

export function isInside(box: Box, { x, y }: Point): boolean {
  return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height
}

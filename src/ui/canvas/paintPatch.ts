import type { MaskPatch } from '../../app/app'
import { intersectBoxes, type Box, type Point, type Size } from '../../core/geometry'

/** A straight piece of a brush stroke: all pixels whose centre is within the radius of the segment. */
export interface StrokeSegment {
  readonly fromPx: Point
  readonly toPx: Point
  readonly radiusPx: number
  /** 1 paints, 0 erases. */
  readonly value: 0 | 1
}

/** A patch grows by at least this much at once, so that a stroke does not copy it at every move. */
const GROW_PX = 64

/**
 * Paints one segment and returns the patch that holds it: the same one, written in place, when the segment lies inside
 * or erases; a larger copy when painting leaves its box. Pixels outside the image are never painted.
 */
export function paintSegment(patch: MaskPatch, segment: StrokeSegment, image: Size): MaskPatch {
  const reach = segmentReach(segment, image)
  if (reach === null) return patch
  const target = segment.value === 1 ? grownToHold(patch, reach, image) : patch
  stamp(target, segment)
  return target
}

/** The pixels that a segment may touch, inside the image; null when it lies outside. Integer box. */
export function segmentReach({ fromPx, toPx, radiusPx }: StrokeSegment, image: Size): Box | null {
  const radius = reachOf(radiusPx)
  const left = Math.floor(Math.min(fromPx.x, toPx.x) - radius)
  const top = Math.floor(Math.min(fromPx.y, toPx.y) - radius)
  const right = Math.ceil(Math.max(fromPx.x, toPx.x) + radius)
  const bottom = Math.ceil(Math.max(fromPx.y, toPx.y) + radius)
  return intersectBoxes(
    { x: left, y: top, width: right - left, height: bottom - top },
    { x: 0, y: 0, width: image.width, height: image.height },
  )
}

export function copyPatch({ boundsPx, mask }: MaskPatch): MaskPatch {
  return { boundsPx, mask: { ...mask, data: mask.data.slice() } }
}

/** The same pixels in their tight box; null when there are none. */
export function tightPatch({ boundsPx, mask }: MaskPatch): MaskPatch | null {
  let left = mask.width
  let right = -1
  let top = mask.height
  let bottom = -1
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  if (right < 0) return null
  const box = {
    x: boundsPx.x + left,
    y: boundsPx.y + top,
    width: right - left + 1,
    height: bottom - top + 1,
  }
  return inBox({ boundsPx, mask }, box)
}

// A brush of less than a pixel still paints the pixel under its tip: its centre is at most 0.71 away.
function reachOf(radiusPx: number): number {
  return Math.max(radiusPx, Math.SQRT1_2)
}

function grownToHold(patch: MaskPatch, reach: Box, image: Size): MaskPatch {
  const { boundsPx: old } = patch
  const isEmpty = old.width === 0 || old.height === 0
  const isInside =
    !isEmpty &&
    reach.x >= old.x &&
    reach.y >= old.y &&
    reach.x + reach.width <= old.x + old.width &&
    reach.y + reach.height <= old.y + old.height
  if (isInside) return patch
  const left = Math.max(0, (isEmpty ? reach.x : Math.min(old.x, reach.x)) - GROW_PX)
  const top = Math.max(0, (isEmpty ? reach.y : Math.min(old.y, reach.y)) - GROW_PX)
  const farRight = Math.max(isEmpty ? 0 : old.x + old.width, reach.x + reach.width)
  const farBottom = Math.max(isEmpty ? 0 : old.y + old.height, reach.y + reach.height)
  return inBox(patch, {
    x: left,
    y: top,
    width: Math.min(image.width, farRight + GROW_PX) - left,
    height: Math.min(image.height, farBottom + GROW_PX) - top,
  })
}

/** The patch's pixels in another box; what the box does not cover is lost, what it adds is empty. */
function inBox({ boundsPx, mask }: MaskPatch, box: Box): MaskPatch {
  const data = new Uint8Array(box.width * box.height)
  const common = intersectBoxes(boundsPx, box)
  if (common !== null) {
    for (let row = 0; row < common.height; row++) {
      const from = (common.y - boundsPx.y + row) * mask.width + (common.x - boundsPx.x)
      const to = (common.y - box.y + row) * box.width + (common.x - box.x)
      data.set(mask.data.subarray(from, from + common.width), to)
    }
  }
  return { boundsPx: box, mask: { width: box.width, height: box.height, data } }
}

function stamp({ boundsPx, mask }: MaskPatch, { fromPx, toPx, radiusPx, value }: StrokeSegment): void {
  const radius = reachOf(radiusPx)
  const limit = radius * radius
  const along = { x: toPx.x - fromPx.x, y: toPx.y - fromPx.y }
  const length2 = along.x * along.x + along.y * along.y
  const top = Math.max(0, Math.floor(Math.min(fromPx.y, toPx.y) - radius) - boundsPx.y)
  const bottom = Math.min(mask.height, Math.ceil(Math.max(fromPx.y, toPx.y) + radius) - boundsPx.y)
  const left = Math.max(0, Math.floor(Math.min(fromPx.x, toPx.x) - radius) - boundsPx.x)
  const right = Math.min(mask.width, Math.ceil(Math.max(fromPx.x, toPx.x) + radius) - boundsPx.x)
  for (let y = top; y < bottom; y++) {
    const dy = boundsPx.y + y + 0.5 - fromPx.y
    for (let x = left; x < right; x++) {
      const dx = boundsPx.x + x + 0.5 - fromPx.x
      // Nearest point of the segment, as a share of its length.
      const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, (dx * along.x + dy * along.y) / length2))
      const awayX = dx - share * along.x
      const awayY = dy - share * along.y
      if (awayX * awayX + awayY * awayY <= limit) mask.data[y * mask.width + x] = value
    }
  }
}

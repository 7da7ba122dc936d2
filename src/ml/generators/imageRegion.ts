import type { Box, Size } from '../../core/geometry'

/** A box shorter than this share of the canvas is looked at in a crop: at 1/8 of 1024 a defect has 128 px, 8 tokens. */
const SMALL_BOX_SHARE = 1 / 8

/** A picture whose short side would be less than this on the canvas is too elongated to be seen whole (SAM notes, §9). */
const MINIMAL_SHORT_SIDE = 16

/** The crop is at least this many times the box's longer side; the next step of the ladder is less than 2 times it. */
const MINIMAL_ZOOM = 1.5
const LADDER = 4 / 3

/** Crops below this show too little surface to tell a defect from it. */
const MINIMAL_REGION_PX = 32

/** Crops begin at multiples of this share of their side, so that neighbouring boxes look at the same crop. */
const SNAP_SHARE = 1 / 8

/**
 * What a model of input kind `image` looks at for a box: null for the whole image, else a rectangle with integer corners
 * inside it. Whole while the box is large enough on the canvas; else a square of 1.5 to 2 times the box, cut where the
 * image ends. Sides and corners are snapped to a coarse lattice: boxes that are close to each other share one embedding,
 * and so do the clicks that correct them.
 *
 * @param boxPx inside the image
 * @param former what was looked at before: kept while it still shows the box (its embedding is at hand)
 */
export function imageRegion(boxPx: Box, image: Size, canvasSide: number, former: Box | null): Box | null {
  if (former !== null && shows(former, boxPx)) return former
  const long = Math.max(image.width, image.height)
  const scale = canvasSide / long
  const isTooElongated = Math.min(image.width, image.height) * scale < MINIMAL_SHORT_SIDE
  const boxLong = Math.max(boxPx.width, boxPx.height)
  if (!isTooElongated && boxLong * scale >= canvasSide * SMALL_BOX_SHARE) return null
  const side = ladderStep(Math.max(MINIMAL_ZOOM * boxLong, MINIMAL_REGION_PX))
  const [x, width] = snappedSpan(boxPx.x, boxPx.width, side, image.width)
  const [y, height] = snappedSpan(boxPx.y, boxPx.height, side, image.height)
  return { x, y, width, height }
}

/** The smallest side of the ladder 32, 43, 57, 76, ... that is not below `side`. */
function ladderStep(side: number): number {
  let step = MINIMAL_REGION_PX
  while (Math.round(step) < side) step *= LADDER
  return Math.round(step)
}

/** A span of `side` around start..start + length, at a multiple of the snap, moved inside 0..limit. */
function snappedSpan(start: number, length: number, side: number, limit: number): [number, number] {
  if (side >= limit) return [0, limit]
  const snap = Math.max(1, Math.floor(side * SNAP_SHARE))
  const wanted = Math.round((start + length / 2 - side / 2) / snap) * snap
  return [Math.min(Math.max(wanted, 0), limit - side), side]
}

function shows(region: Box, boxPx: Box): boolean {
  return (
    boxPx.x >= region.x &&
    boxPx.y >= region.y &&
    boxPx.x + boxPx.width <= region.x + region.width &&
    boxPx.y + boxPx.height <= region.y + region.height
  )
}

import { assert } from '../../core/assert'
import { clipBox, type Box, type Point, type Size } from '../../core/geometry'
import type { Click } from './generator'

/** A box thinner than this says nothing about a surface (methods: SAM notes, §8). */
const MINIMAL_SIDE_PX = 3

/**
 * The box that a segmenter is asked about: the person's box with its corners in order, inside the image, at least
 * 3 px wide and high, and large enough for every positive click.
 *
 * @param boxPx image pixels, corners in any order; must overlap the image
 */
export function promptBox(boxPx: Box, clicks: readonly Click[], image: Size): Box {
  const inside = clipBox(orderedBox(boxPx), image)
  assert(inside !== null, 'a box outside the image is refused by the caller')
  let box = atLeast(inside, MINIMAL_SIDE_PX, image)
  for (const { pointPx, isPositive } of clicks) {
    if (isPositive) box = enclosing(box, pixelOf(pointPx, image))
  }
  return box
}

/** Negative sizes mean that the drag went up or left. */
function orderedBox({ x, y, width, height }: Box): Box {
  return {
    x: Math.min(x, x + width),
    y: Math.min(y, y + height),
    width: Math.abs(width),
    height: Math.abs(height),
  }
}

/** Grows a thin box evenly to both sides, but not out of the image; an image smaller than that is filled. */
function atLeast(box: Box, sidePx: number, image: Size): Box {
  const [x, width] = grownSpan(box.x, box.width, sidePx, image.width)
  const [y, height] = grownSpan(box.y, box.height, sidePx, image.height)
  return { x, y, width, height }
}

function grownSpan(start: number, length: number, minimum: number, limit: number): [number, number] {
  const wanted = Math.min(minimum, limit)
  if (length >= wanted) return [start, length]
  return [Math.min(Math.max(start - (wanted - length) / 2, 0), limit - wanted), wanted]
}

/** The pixel that was clicked, as a box; a click beside the image means its nearest pixel. */
function pixelOf({ x, y }: Point, image: Size): Box {
  const column = Math.min(Math.max(Math.floor(x), 0), image.width - 1)
  const row = Math.min(Math.max(Math.floor(y), 0), image.height - 1)
  return { x: column, y: row, width: 1, height: 1 }
}

function enclosing(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

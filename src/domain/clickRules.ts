import { growBox, type Box, type Point, type Size } from '../core/geometry'
import type { ClickPrompt } from './records'

type Click = Pick<ClickPrompt, 'pointPx' | 'isPositive'>

/** How far beyond its box a click still means that box: this share of the longer side, and at least some pixels. */
const REACH_SHARE = 0.5
const LEAST_REACH_PX = 8

/** True when a click at this point can refine the box: in it or close to it, inside the image. Image pixels. */
export function isClickFor(boxPx: Box, pointPx: Point, image: Size): boolean {
  const { x, y } = pointPx
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return false
  const reach = growBox(boxPx, Math.max(LEAST_REACH_PX, REACH_SHARE * Math.max(boxPx.width, boxPx.height)))
  return x >= reach.x && y >= reach.y && x <= reach.x + reach.width && y <= reach.y + reach.height
}

/** The clicks that a box has left behind: kept, they would pull its mask back to where it was. */
export function clicksOutOfReach(clicks: readonly ClickPrompt[], boxPx: Box, image: Size): ClickPrompt[] {
  return clicks.filter((click) => !isClickFor(boxPx, click.pointPx, image))
}

/** The same points with the same signs, in the same order. */
export function sameClicks(a: readonly Click[], b: readonly Click[]): boolean {
  return a.length === b.length && a.every((click, i) => sameClick(click, b[i]!))
}

function sameClick(a: Click, b: Click): boolean {
  return a.isPositive === b.isPositive && a.pointPx.x === b.pointPx.x && a.pointPx.y === b.pointPx.y
}

/** What of a click a mask remembers and a model is asked with. */
export function clickOf({ pointPx, isPositive }: Click): Click {
  return { pointPx, isPositive }
}

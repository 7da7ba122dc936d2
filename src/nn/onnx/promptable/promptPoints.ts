import { assert } from '../../../core/assert'
import type { Box, Size } from '../../../core/geometry'
import type { Click } from '../../../ml/generators/generator'
import { toCanvas, type Placement } from './placement'

/** A prompt's point on the canvas. Labels: SAM, modeling/prompt_encoder.py. */
export interface PromptPoint {
  readonly x: number
  readonly y: number
  readonly label: number
}

const BACKGROUND = 0
const FOREGROUND = 1
const TOP_LEFT = 2
const BOTTOM_RIGHT = 3
const PADDING = -1

/** Boxes thinner than this are grown around their middle: models answer nothing to a line. */
const MINIMAL_SIDE_PX = 3

/** What stands in for a missing point; the graphs give it a meaning of its own and no place. */
export const PADDING_POINT: PromptPoint = { x: 0, y: 0, label: PADDING }

/** The box as two labelled corners, in the canvas's pixels. */
export function cornerPoints(boxPx: Box, region: Size, placement: Placement): PromptPoint[] {
  const { x, y, width, height } = promptableBox(boxPx, region)
  return [
    { ...toCanvas(placement, region, { x, y }), label: TOP_LEFT },
    { ...toCanvas(placement, region, { x: x + width, y: y + height }), label: BOTTOM_RIGHT },
  ]
}

export function clickPoints(clicks: readonly Click[], region: Size, placement: Placement): PromptPoint[] {
  return clicks.map(({ pointPx, isPositive }) => ({
    ...toCanvas(placement, region, pointPx),
    label: isPositive ? FOREGROUND : BACKGROUND,
  }))
}

/**
 * Corners in order, inside the region, and at least 3 px apart where the region is that large.
 * A box that does not touch the region is a bug of the caller's.
 */
export function promptableBox({ x, y, width, height }: Box, region: Size): Box {
  const [left, right] = promptableSpan(x, x + width, region.width)
  const [top, bottom] = promptableSpan(y, y + height, region.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function promptableSpan(one: number, other: number, limit: number): [number, number] {
  const low = Math.min(one, other)
  const high = Math.max(one, other)
  assert(low <= limit && high >= 0, 'the box lies in the region that the model looks at')
  const start = Math.max(low, 0)
  const end = Math.min(high, limit)
  const minimum = Math.min(MINIMAL_SIDE_PX, limit)
  if (end - start >= minimum) return [start, end]
  const shifted = Math.min(Math.max((start + end - minimum) / 2, 0), limit - minimum)
  return [shifted, shifted + minimum]
}

/** (1, N, 2) and (1, N) values of the points, row-major. */
export function pointValues(points: readonly PromptPoint[]): { coordinates: Float32Array; labels: number[] } {
  return {
    coordinates: Float32Array.from(points.flatMap(({ x, y }) => [x, y])),
    labels: points.map(({ label }) => label),
  }
}

import type { Point } from '../../../core/geometry'

export interface DrawnClick {
  readonly pointPx: Point
  readonly isPositive: boolean
}

const RADIUS_STAGE = 7
const ARM_STAGE = 3.5

/**
 * A click as a small disc of the same size at any zoom, in image coordinates: light with a plus where something belongs
 * to the defect, dark with a minus where it does not. Sign and shade say it without colour; a second ring keeps it
 * visible on any surface.
 */
export function drawClickMark(
  context: CanvasRenderingContext2D,
  { pointPx: { x, y }, isPositive }: DrawnClick,
  scale: number,
): void {
  const arm = ARM_STAGE / scale
  const ink = isPositive ? '#0b0e12' : '#fff'
  context.beginPath()
  context.arc(x, y, RADIUS_STAGE / scale, 0, 2 * Math.PI)
  context.fillStyle = isPositive ? '#fff' : '#0b0e12'
  context.fill()
  context.lineWidth = 3 / scale
  context.strokeStyle = isPositive ? '#0b0e12aa' : '#ffffffcc'
  context.stroke()
  context.lineWidth = 1.5 / scale
  context.strokeStyle = isPositive ? '#fff' : '#0b0e12'
  context.stroke()
  context.beginPath()
  context.moveTo(x - arm, y)
  context.lineTo(x + arm, y)
  if (isPositive) {
    context.moveTo(x, y - arm)
    context.lineTo(x, y + arm)
  }
  context.lineWidth = 2 / scale
  context.strokeStyle = ink
  context.stroke()
}

/** Where a click by key would go: a small cross with an open middle. */
export function drawAim(context: CanvasRenderingContext2D, { x, y }: Point, scale: number): void {
  const inner = 4 / scale
  const outer = 11 / scale
  context.beginPath()
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + dx * inner, y + dy * inner)
    context.lineTo(x + dx * outer, y + dy * outer)
  }
  context.lineWidth = 4 / scale
  context.strokeStyle = '#000c'
  context.stroke()
  context.lineWidth = 1.75 / scale
  context.strokeStyle = '#fff'
  context.stroke()
}

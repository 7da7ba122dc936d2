import { assertNever } from '../../../core/assert'
import { intersectBoxes, type Box } from '../../../core/geometry'
import type { ObjectState } from '../imageObjects'
import type { MaskSprite } from './spriteStore'

export interface DrawnMask {
  readonly sprite: MaskSprite
  readonly color: string
  readonly state: ObjectState
  readonly isSelected: boolean
}

export interface MaskView {
  readonly scale: number
  /** The part of the image that is on the screen. */
  readonly visiblePx: Box
  /** 0..1 */
  readonly opacity: number
  readonly outlineOnly: boolean
}

/** With more masks than this on the screen, hatches are left to the dashes: they would be dust. */
const HATCHES_UP_TO = 150
/** Masks smaller than this on the screen are filled only. */
const OUTLINE_FROM_STAGE = 5

/**
 * Draws masks in image coordinates: accepted ones filled with a solid border, a model's proposals lighter, hatched
 * and dashed, ignore regions cross-hatched and dotted. A dark line under each border keeps it visible on any surface.
 */
export function drawMasks(
  context: CanvasRenderingContext2D,
  masks: readonly DrawnMask[],
  view: MaskView,
): void {
  const visible = masks.filter(({ sprite }) => intersectBoxes(sprite.boundsPx, view.visiblePx) !== null)
  const withHatch = visible.length <= HATCHES_UP_TO
  for (const mask of visible) {
    const { sprite } = mask
    const side = Math.max(sprite.boundsPx.width, sprite.boundsPx.height) * view.scale
    context.save()
    context.translate(sprite.boundsPx.x, sprite.boundsPx.y)
    if (!view.outlineOnly) drawFill(context, mask, view, withHatch && side >= OUTLINE_FROM_STAGE)
    if (side >= OUTLINE_FROM_STAGE || view.outlineOnly) drawBorder(context, mask, view.scale)
    context.restore()
  }
}

function drawFill(
  context: CanvasRenderingContext2D,
  { sprite, color, state }: DrawnMask,
  { scale, opacity }: MaskView,
  withHatch: boolean,
): void {
  if (sprite.fill === null) return
  const isFinal = state === 'accepted'
  context.globalAlpha = isFinal ? opacity : opacity * 0.6
  context.drawImage(sprite.fill, 0, 0)
  context.globalAlpha = 1
  if (isFinal || !withHatch) return
  context.save()
  context.clip(sprite.outline(), 'evenodd')
  context.globalAlpha = Math.min(1, opacity + 0.3)
  hatch(context, sprite.mask, color, scale, state === 'ignore')
  context.restore()
}

/** Lines of 8 screen pixels' distance over a patch, at any zoom; the caller has clipped to the mask. */
function hatch(
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  color: string,
  scale: number,
  isCross: boolean,
): void {
  const step = 8 / scale
  context.beginPath()
  for (let at = -height; at < width; at += step) {
    context.moveTo(at, height)
    context.lineTo(at + height, 0)
    if (!isCross) continue
    context.moveTo(at, 0)
    context.lineTo(at + height, height)
  }
  context.lineWidth = 1.25 / scale
  context.strokeStyle = color
  context.stroke()
}

function drawBorder(
  context: CanvasRenderingContext2D,
  { sprite, color, state, isSelected }: DrawnMask,
  scale: number,
): void {
  const path = sprite.outline()
  const width = (isSelected ? 2 : 1.5) - (state === 'accepted' ? 0 : 0.25)
  context.lineJoin = 'round'
  context.lineWidth = (width + 1.25) / scale
  context.strokeStyle = state === 'accepted' ? '#000a' : '#0006'
  context.stroke(path)
  context.lineWidth = width / scale
  context.strokeStyle = isSelected ? lightened(color) : color
  context.setLineDash(dashOf(state).map((length) => length / scale))
  context.stroke(path)
  context.setLineDash([])
}

function dashOf(state: ObjectState): readonly number[] {
  switch (state) {
    case 'accepted':
      return []
    case 'proposed':
    case 'draft':
    case 'unresolved':
    case 'boxOnly':
      return [5, 3]
    case 'ignore':
      return [1.5, 3]
    default:
      return assertNever(state)
  }
}

/** Half-way to white: a selected border stands out in its own hue. */
function lightened(color: string): string {
  const channel = (at: number): string =>
    Math.round((Number.parseInt(color.slice(at, at + 2), 16) + 255) / 2)
      .toString(16)
      .padStart(2, '0')
  return `#${channel(1)}${channel(3)}${channel(5)}`
}

import { intersectBoxes, type Box } from '../../../core/geometry'
import type { ObjectState } from '../imageObjects'
import { handlePoint, handlesOf } from '../tools/handles'

export interface DrawnBox {
  readonly boxPx: Box
  readonly color: string
  readonly className: string
  readonly state: ObjectState
  readonly isSelected: boolean
  readonly hasHandles: boolean
  readonly isPending: boolean
}

export interface BoxView {
  readonly scale: number
  readonly visiblePx: Box
}

const LABEL_FONT = '600 11px "Inter Variable", sans-serif'

/**
 * Draws boxes in image coordinates. A box that already has a mask steps back; one without stands out, dashed when
 * nothing was found in it. The selected box carries its class name and its handles.
 */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  boxes: readonly DrawnBox[],
  view: BoxView,
): void {
  const { scale } = view
  for (const box of boxes) {
    if (intersectBoxes(box.boxPx, view.visiblePx) === null) continue
    drawFrame(context, box, scale)
  }
  for (const box of boxes) {
    if (!box.isSelected) continue
    drawLabel(context, box, scale)
    if (box.hasHandles) drawHandles(context, box, scale)
  }
}

function drawFrame(
  context: CanvasRenderingContext2D,
  { boxPx, color, state, isSelected, isPending }: DrawnBox,
  scale: number,
): void {
  const { x, y, width, height } = boxPx
  const hasMask = state === 'accepted' || state === 'proposed'
  context.globalAlpha = isSelected ? 1 : hasMask ? 0.45 : 0.95
  context.lineWidth = (isSelected ? 3.5 : 2.5) / scale
  context.strokeStyle = '#0008'
  context.strokeRect(x, y, width, height)
  context.lineWidth = (isSelected ? 1.75 : 1.25) / scale
  context.strokeStyle = color
  if (state === 'unresolved' || isPending) context.setLineDash([6 / scale, 4 / scale])
  context.strokeRect(x, y, width, height)
  context.setLineDash([])
  context.globalAlpha = 1
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { boxPx, color, className }: DrawnBox,
  scale: number,
): void {
  context.save()
  context.translate(boxPx.x, boxPx.y)
  context.scale(1 / scale, 1 / scale)
  context.font = LABEL_FONT
  const width = Math.ceil(context.measureText(className).width) + 10
  context.fillStyle = color
  context.fillRect(-1, -22, width, 17)
  context.fillStyle = '#0b0e12'
  context.textBaseline = 'middle'
  context.fillText(className, 4, -13)
  context.restore()
}

function drawHandles(context: CanvasRenderingContext2D, { boxPx, color }: DrawnBox, scale: number): void {
  const side = 8 / scale
  context.lineWidth = 1.5 / scale
  context.fillStyle = '#fff'
  context.strokeStyle = color
  for (const handle of handlesOf(boxPx, scale)) {
    const { x, y } = handlePoint(boxPx, handle)
    context.beginPath()
    context.arc(x, y, side / 2, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }
}

import type { Viewport } from '../../app/sessionStore'
import { clipBox, type Box, type Point, type Size } from '../../core/geometry'
import { drawPicture } from '../canvas/layers/drawPicture'
import type { FixBitmap } from './fixBitmap'
import { drawBox, drawMaskLayer, type MaskLayer } from './maskLayer'

export interface StageScene {
  readonly bitmap: ImageBitmap | null
  readonly layers: readonly MaskLayer[]
  readonly promptBoxPx: Box | null
  readonly opacity: number
  /** The painting under way; then `layers` are not drawn. */
  readonly fix: FixBitmap | null
  readonly fixColor: string
  /** Circle of the brush, when the pointer is over the picture. */
  readonly brush: { readonly atStage: Point; readonly radiusPx: number; readonly isErasing: boolean } | null
}

/** Draws the big picture of the review screen. `stage` in CSS pixels, `ratio` device pixels each. */
export function drawReviewStage(
  context: CanvasRenderingContext2D,
  scene: StageScene,
  { viewport, stage, ratio }: { viewport: Viewport; stage: Size; ratio: number },
): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, stage.width * ratio, stage.height * ratio)
  if (scene.bitmap === null) return
  const scale = viewport.scale * ratio
  context.setTransform(scale, 0, 0, scale, viewport.x * ratio, viewport.y * ratio)
  drawPicture(context, scene.bitmap, scene.bitmap, {
    scale: viewport.scale,
    visiblePx: visiblePart(scene.bitmap, viewport, stage),
  })

  if (scene.promptBoxPx !== null) drawBox(context, scene.promptBoxPx, { viewport, ratio })
  if (scene.fix === null) {
    for (const layer of scene.layers)
      drawMaskLayer(context, layer, { viewport, ratio, opacity: scene.opacity })
  } else drawFix(context, scene.fix, scene, { viewport, ratio })
  if (scene.brush !== null) drawBrush(context, scene.brush, { viewport, ratio })
}

function drawFix(
  context: CanvasRenderingContext2D,
  fix: FixBitmap,
  scene: StageScene,
  { viewport, ratio }: { viewport: Viewport; ratio: number },
): void {
  const { x, y, width, height } = fix.boundsPx()
  const scale = viewport.scale * ratio
  context.save()
  context.setTransform(scale, 0, 0, scale, viewport.x * ratio, viewport.y * ratio)
  context.imageSmoothingEnabled = false
  context.globalAlpha = scene.opacity
  if (width > 0 && height > 0) context.drawImage(fix.canvas, x, y)
  context.restore()
  const outline = fix.outline()
  if (outline === null) return
  const layer: MaskLayer = {
    path: outline,
    originPx: { x, y },
    color: scene.fixColor,
    fill: 'none',
    line: 'solid',
  }
  drawMaskLayer(context, layer, { viewport, ratio, opacity: 1 })
}

function drawBrush(
  context: CanvasRenderingContext2D,
  { atStage, radiusPx, isErasing }: NonNullable<StageScene['brush']>,
  { viewport, ratio }: { viewport: Viewport; ratio: number },
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const radius = Math.max(2, radiusPx * viewport.scale)
  context.beginPath()
  context.arc(atStage.x, atStage.y, radius, 0, 2 * Math.PI)
  context.lineWidth = 2.6
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)'
  context.stroke()
  context.lineWidth = 1.2
  context.strokeStyle = '#ffffff'
  context.setLineDash(isErasing ? [3, 3] : [])
  context.stroke()
  context.setLineDash([])
}

/** The part of the image that the stage shows; image pixels. */
function visiblePart(image: Size, viewport: Viewport, stage: Size): Box {
  const seen = {
    x: -viewport.x / viewport.scale,
    y: -viewport.y / viewport.scale,
    width: stage.width / viewport.scale,
    height: stage.height / viewport.scale,
  }
  return clipBox(seen, image) ?? { x: 0, y: 0, width: 0, height: 0 }
}

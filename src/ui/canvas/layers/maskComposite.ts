import type { Size } from '../../../core/geometry'
import { drawMasks, type DrawnMask, type MaskView } from './drawMasks'

/** From so many masks on, they are drawn once into one picture, and panning draws that. */
const FROM_COUNT = 300
/** A composite of a larger image would not fit the graphics memory. */
const MAX_PIXELS = 25e6
/** Above this zoom few masks are on the screen, and their borders are drawn sharp. */
const UP_TO_SCALE = 3

/** Draws the masks of an image; crowded ones by way of one picture that is kept until something changes. */
export function createMaskComposite() {
  let canvas: HTMLCanvasElement | null = null
  let drawn: { readonly masks: readonly DrawnMask[]; readonly look: string } | null = null

  return {
    draw: (
      context: CanvasRenderingContext2D,
      masks: readonly DrawnMask[],
      image: Size,
      view: MaskView,
    ): void => {
      const isCrowded = masks.length >= FROM_COUNT && image.width * image.height <= MAX_PIXELS
      if (!isCrowded || view.scale > UP_TO_SCALE) {
        drawMasks(context, masks, view)
        return
      }
      const look = `${view.opacity} ${view.outlineOnly} ${image.width}x${image.height}`
      if (canvas === null || drawn?.masks !== masks || drawn.look !== look) {
        canvas ??= document.createElement('canvas')
        canvas.width = image.width
        canvas.height = image.height
        const whole = { x: 0, y: 0, width: image.width, height: image.height }
        const target = canvas.getContext('2d')
        if (target !== null) drawMasks(target, masks, { ...view, scale: 1, visiblePx: whole })
        drawn = { masks, look }
      }
      context.drawImage(canvas, 0, 0)
    },
  }
}

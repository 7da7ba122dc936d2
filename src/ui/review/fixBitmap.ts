import type { Box } from '../../core/geometry'
import { paintMask } from '../canvas/maskBitmap'
import { outlinePath } from '../canvas/maskOutline'
import type { FixSession } from './fixSession'

/** The painting as a picture that follows its session: only changed pixels are drawn again. */
export interface FixBitmap {
  readonly canvas: HTMLCanvasElement
  /** Where the picture lies; image pixels. */
  boundsPx(): Box
  /** Null while a stroke is open: tracing a large mask at every move would make the brush lag. */
  outline(): Path2D | null
  dispose(): void
}

export function createFixBitmap(fix: FixSession, color: string, onChange: () => void): FixBitmap {
  const canvas = document.createElement('canvas')
  let outline: Path2D | null = null

  const redraw = (changedPx: Box | null): void => {
    const { boundsPx, mask } = fix.patch()
    const context = canvas.getContext('2d')
    if (context === null || mask.width === 0 || mask.height === 0) return
    const part = changedPx ?? boundsPx
    const left = Math.max(0, part.x - boundsPx.x)
    const top = Math.max(0, part.y - boundsPx.y)
    const right = Math.min(mask.width, part.x + part.width - boundsPx.x)
    const bottom = Math.min(mask.height, part.y + part.height - boundsPx.y)
    if (right <= left || bottom <= top) return
    if (canvas.width !== mask.width || canvas.height !== mask.height) {
      canvas.width = mask.width
      canvas.height = mask.height
    }
    const data = new Uint8Array((right - left) * (bottom - top))
    for (let y = top; y < bottom; y++) {
      data.set(mask.data.subarray(y * mask.width + left, y * mask.width + right), (y - top) * (right - left))
    }
    const piece = { width: right - left, height: bottom - top, data }
    const rgba = paintMask(piece, { color, fill: 'solid' })
    context.putImageData(new ImageData(rgba, piece.width, piece.height), left, top)
  }
  const follow = (changedPx: Box | null): void => {
    redraw(changedPx)
    outline = fix.isPainting() ? null : outlinePath(fix.patch().mask)
    onChange()
  }

  const stop = fix.subscribe(follow)
  follow(null)
  return {
    canvas,
    boundsPx: () => fix.patch().boundsPx,
    outline: () => outline,
    dispose: stop,
  }
}

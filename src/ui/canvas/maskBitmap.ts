import type { BinaryMask } from '../../core/raster'
import { parseColor } from './parseColor'

/** How the inside of a mask looks. Hatches tell proposals and differences apart without colour. */
export type MaskFill = 'solid' | 'hatchUp' | 'hatchDown' | 'cross'

export interface MaskLook {
  /** `#rrggbb` */
  readonly color: string
  readonly fill: MaskFill
  /** Distance of hatch lines in image pixels; give about 8 / scale to see 8 px on the screen. At least 2. */
  readonly hatchPx?: number
}

/**
 * RGBA of a mask patch, row-major, not premultiplied: alpha 255 on the fill (or on the hatch lines, 96 between
 * them), 0 outside. Draw it with `globalAlpha` = the opacity the person chose.
 */
export function paintMask(
  mask: BinaryMask,
  { color, fill, hatchPx = 4 }: MaskLook,
): Uint8ClampedArray<ArrayBuffer> {
  const { r, g, b } = parseColor(color)
  const period = Math.max(2, Math.round(hatchPx))
  const line = Math.max(1, Math.round(period / 3))
  const rgba = new Uint8ClampedArray(mask.width * mask.height * 4)
  for (let y = 0, p = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, p++) {
      if (mask.data[p] === 0) continue
      const up = (x + y) % period < line
      const down = (((x - y) % period) + period) % period < line
      const isLine =
        fill === 'solid' ||
        (fill === 'hatchUp' && up) ||
        (fill === 'hatchDown' && down) ||
        (fill === 'cross' && (up || down))
      const q = p * 4
      rgba[q] = r
      rgba[q + 1] = g
      rgba[q + 2] = b
      rgba[q + 3] = isLine ? 255 : 96
    }
  }
  return rgba
}

/** A canvas of just the mask's box, to draw at its `boundsPx`. A mask without pixels gives null. */
export function maskCanvas(mask: BinaryMask, look: MaskLook): HTMLCanvasElement | null {
  if (mask.width === 0 || mask.height === 0) return null
  const canvas = document.createElement('canvas')
  canvas.width = mask.width
  canvas.height = mask.height
  canvas.getContext('2d')?.putImageData(new ImageData(paintMask(mask, look), mask.width, mask.height), 0, 0)
  return canvas
}

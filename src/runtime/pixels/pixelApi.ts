import type { RgbaImage } from '../../core/raster'
import type { CrfRequest, InpaintRequest } from '../../ports/pixelWork'

/** What the pixel worker answers to. Results are moved, not copied. */
export interface PixelApi {
  inpaint(request: InpaintRequest): RgbaImage | Promise<RgbaImage>
  refine(request: CrfRequest): Float32Array<ArrayBuffer> | Promise<Float32Array<ArrayBuffer>>
}

import type { JobOptions } from '../core/job'
import type { BinaryMask, RgbaImage } from '../core/raster'
import type { CrfParams } from '../ml/cam/camParams'

export interface InpaintRequest {
  readonly image: RgbaImage
  /** 1 where the surface is to be made up, of the image's size. */
  readonly mask: BinaryMask
  /** Registered pictures of clean parts, of the image's size, nearest first; empty: the surroundings are all there is. */
  readonly normals: readonly RgbaImage[]
  readonly seed: number
}

export interface CrfRequest {
  readonly image: RgbaImage
  /** (K + 1, height, width) probabilities of the image's size, background first, summing to 1. */
  readonly probabilities: Float32Array<ArrayBuffer>
  readonly classCount: number
  readonly params: CrfParams
}

/** Pixel work too long for the page's own thread; done in a worker. Inputs are copied. */
export interface PixelWork {
  /** The image with the mask's pixels replaced by plausible normal surface. */
  inpaint(request: InpaintRequest, options: JobOptions): Promise<RgbaImage>
  /** Dense mean field: (K + 1, height, width) probabilities. */
  refine(request: CrfRequest, options: JobOptions): Promise<Float32Array<ArrayBuffer>>
}

import type { Box } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { ParamSpecs, ParamValues } from '../../core/params'
import type { BinaryMask, RgbaImage } from '../../core/raster'
import type { CropFrame } from '../imaging/crop'

/** What a generator may use besides the picture. Structural twin of `ports/segmenter`: `ml` knows no port. */
export interface GeneratorContext {
  /** Answers of the promptable segmenter on a crop's grid; absent unless the generator lists it in `needs`. */
  readonly segment?: (boxPx: Box) => Promise<CropAnswer>
  readonly seed: number
}

export interface CropAnswer {
  readonly frame: CropFrame
  readonly logits: Float32Array
  readonly predictedIou: number | null
  readonly calibration: {
    readonly networkWeight: number
    readonly otsuWeight: number
    readonly blurPx: number
    readonly keepInsideBoxDilated: number
    readonly iouExponent: number
    readonly sparseFill: number
    readonly sparseThreshold: number
  }
}

/** `mask` covers `boundsPx` only (a patch with integer corners inside the image), so a tiny defect in a huge picture stays cheap. */
export interface GeneratedMask {
  readonly boundsPx: Box
  readonly mask: BinaryMask
  readonly scores: {
    readonly predictedIou: number | null
    readonly stability: number | null
    readonly tightness: number | null
  }
  /** The generator found nothing it believes in: methods/boxes2pixels.md §3.2e. */
  readonly isUnresolved: boolean
}

export interface Generator<S extends ParamSpecs = ParamSpecs> {
  readonly id: string
  /** Rises whenever the output may change. */
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly needs: readonly 'segmenter'[]
  readonly params: S
  /** `boxPx` lies inside the image and is at least 1 px wide and high. */
  generate(
    input: { readonly image: RgbaImage; readonly boxPx: Box },
    params: ParamValues<S>,
    context: GeneratorContext,
    options: JobOptions,
  ): Promise<GeneratedMask>
}

/** Keeps the exact parameter types inside a generator and forgets them in the registry. */
export function defineGenerator<S extends ParamSpecs>(generator: Generator<S>): Generator {
  return generator as unknown as Generator
}

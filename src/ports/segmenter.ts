import type { JobOptions, Lane } from '../core/job'
import type { RgbaImage } from '../core/raster'
import type { CropAnswer, CropPrompt, MaskCalibration } from '../ml/generators/generator'

export interface SegmenterDescription {
  /** Names the model in the catalogue of models: `embedded`, a catalogue id, or `files:<sha256 prefix>`. */
  readonly id: string
  readonly title: string
  readonly version: number
  /** Which published interface it speaks: `embedded`, `sam1`, `sam2`, ... */
  readonly family: string
  /** SHA-256 over the hashes of the model's files: part of every mask's provenance. */
  readonly modelHash: string
  /**
   * How it looks at a picture. `crop`: at a square of its own around the box. `image`: at any rectangle it is given,
   * brought to a canvas of `canvasSide`; what it saw of a rectangle is kept, so further prompts there are cheap.
   */
  readonly input: { readonly kind: 'crop' } | { readonly kind: 'image'; readonly canvasSide: number }
  readonly accepts: {
    readonly positiveClicks: boolean
    readonly negativeClicks: boolean
    /** Its former answer may be handed back with the next prompt. */
    readonly feedback: boolean
  }
  readonly calibration: MaskCalibration
}

/** Runs promptable segmenters somewhere else (a worker). Calls queue; the interactive lane overtakes. */
export interface Segmenter {
  /** Throws `model/missing` for a model that is not there (not downloaded, files removed). */
  describe(modelId: string): Promise<SegmenterDescription>
  /**
   * `imageKey` names the pixels (their hash), so that an encoder with reusable embeddings may cache by it.
   * The image is copied, not consumed. Throws `model/incompatible` for a prompt the model cannot take.
   */
  segment(
    modelId: string,
    imageKey: string,
    image: RgbaImage,
    prompt: CropPrompt,
    lane: Lane,
    options: JobOptions,
  ): Promise<CropAnswer>
}

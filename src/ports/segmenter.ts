import type { Box, Point } from '../core/geometry'
import type { JobOptions, Lane } from '../core/job'
import type { RgbaImage } from '../core/raster'
import type { CropFrame } from '../ml/imaging/crop'

/** What a promptable segmenter is asked: always a box; clicks refine it. Coordinates are image pixels. */
export interface SegmentPrompt {
  readonly boxPx: Box
  readonly clicks: readonly { readonly pointPx: Point; readonly isPositive: boolean }[]
}

/** The answer on the crop's grid: not yet a mask. Resize the logits, threshold last. */
export interface SegmenterAnswer {
  /** Where the grid lies in the image. */
  readonly frame: CropFrame
  /** (side, side) row-major logits of the crop. */
  readonly logits: Float32Array
  /** The model's own estimate of IoU, 0..1, null when it has none. */
  readonly predictedIou: number | null
}

/** How the model's author recommends to turn its answer into a mask (models.md §5.6); read from its manifest. */
export interface SegmenterCalibration {
  readonly networkWeight: number
  readonly otsuWeight: number
  readonly blurPx: number
  readonly flip: boolean
  /** Share of the box side by which the mask may leave the box. */
  readonly keepInsideBoxDilated: number
  /** How much the expected IoU counts beside the agreement with the box when the threshold is chosen; 0 = not at all. */
  readonly iouExponent: number
  /** A mask above 0.5 that covers less than this share of the grown box is thin: its box does not tell its width. */
  readonly sparseFill: number
  /** The threshold for such a mask. */
  readonly sparseThreshold: number
}

export interface SegmenterDescription {
  readonly id: string
  readonly title: string
  readonly version: number
  /** SHA-256 over the model's files: part of every mask's provenance. */
  readonly modelHash: string
  readonly cropSide: number
  readonly cropFactor: number
  readonly calibration: SegmenterCalibration
}

/** Runs a promptable segmenter somewhere else (a worker). Calls queue; the interactive lane overtakes. */
export interface Segmenter {
  describe(): Promise<SegmenterDescription>
  /**
   * `imageKey` names the pixels (their hash), so that an encoder with reusable embeddings may cache by it.
   * The image is copied, not consumed.
   */
  segment(
    imageKey: string,
    image: RgbaImage,
    prompt: SegmentPrompt,
    lane: Lane,
    options: JobOptions,
  ): Promise<SegmenterAnswer>
}

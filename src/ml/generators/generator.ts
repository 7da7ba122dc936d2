import type { Box, Point } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import type { ParamSpecs, ParamValues } from '../../core/params'
import type { BinaryMask, RgbaImage, ScoreMap } from '../../core/raster'
import type { CandidateChoice } from '../candidateScorer'
import type { GridFrame } from '../imaging/gridFrame'

/** A click that refines a box's mask, image pixels. */
export interface Click {
  readonly pointPx: Point
  readonly isPositive: boolean
}

/** What a promptable segmenter is asked. Coordinates are image pixels. */
export interface CropPrompt {
  /** Always there; it holds every positive click (`promptBox`). */
  readonly boxPx: Box
  /** The part of the image a model of input kind `image` looks at: integer corners inside it. Null: its own choice. */
  readonly regionPx: Box | null
  readonly clicks: readonly Click[]
  /** A candidate of the former answer for the same box and region, to refine it; null at first. */
  readonly former: Pick<MaskCandidate, 'feedback'> | null
}

/** One of the masks a model offers for a prompt. */
export interface MaskCandidate {
  /** (rows, columns) row-major logits on the answer's grid. Resample them to image pixels; threshold last. */
  readonly logits: Float32Array
  /** The model's own estimate of IoU, 0..1, null when it has none. */
  readonly predictedIou: number | null
  /** What the model wants back to refine this candidate: its business, opaque to everyone else. */
  readonly feedback: Float32Array
}

/** The answer on a grid over (part of) what the model saw: not yet a mask. */
export interface CropAnswer {
  readonly frame: GridFrame
  /** In the model's order, at least one. Four: the first is the single-mask token (SAM with all tokens). */
  readonly candidates: readonly MaskCandidate[]
  readonly calibration: MaskCalibration
}

/** How a model's answer becomes a mask (models.md §5.6): read from a manifest, or the default of its family. */
export interface MaskCalibration {
  readonly networkWeight: number
  readonly otsuWeight: number
  readonly blurPx: number
  /** Share of the box side by which the mask may leave the box. */
  readonly keepInsideBoxDilated: number
  /** How much the expected IoU counts beside the agreement with the box when the threshold is chosen; 0 = not at all. */
  readonly iouExponent: number
  /** A mask above 0.5 that covers less than this share of the grown box is thin: its box does not tell its width. */
  readonly sparseFill: number
  /** The threshold for such a mask. */
  readonly sparseThreshold: number
  /** How candidates are made and ranked; absent for models without a trained scorer. */
  readonly choice?: CandidateChoice
}

/** What a generator may use besides the picture. */
export interface GeneratorContext {
  /** Asks the promptable segmenter; absent unless the generator lists it in `needs`. */
  readonly segmenter?: {
    readonly segment: (prompt: CropPrompt) => Promise<CropAnswer>
    /** Side of the canvas of a model that looks at any rectangle; null when it cuts its own crop around the box. */
    readonly canvasSide: number | null
  }
  readonly seed: number
}

/** A candidate that a click corrects. It can only be refined in the view that it came from. */
export interface FormerAnswer extends Pick<MaskCandidate, 'feedback'> {
  readonly promptBoxPx: Box
  readonly regionPx: Box | null
}

export interface MaskScores {
  readonly predictedIou: number | null
  readonly stability: number | null
  readonly tightness: number | null
}

/** Another mask for the same prompt, on the same patch. */
export interface AlternativeMask {
  /** What makes it different, for the screen: "Fitted to the box", "Whole part". */
  readonly label: string
  readonly mask: BinaryMask
  readonly scores: MaskScores
  /** The generator found nothing it believes in: methods/boxes2pixels.md §3.2e. */
  readonly isUnresolved: boolean
  /** Hand it back as `former` with the next click; null for generators without a model. */
  readonly former: FormerAnswer | null
  /**
   * What was thresholded, before any clean-up: lets a drawing style move the threshold. 0..1, and 0 where no mask may
   * be. Null: nothing to move.
   */
  readonly evidence: { readonly scores: ScoreMap; readonly threshold: number } | null
}

/** `mask` covers `boundsPx` only (a patch with integer corners inside the image), so a tiny defect in a huge picture stays cheap. */
export interface GeneratedMask extends AlternativeMask {
  readonly boundsPx: Box
  /** Further candidates, best first; empty when there is only one. */
  readonly alternatives: readonly AlternativeMask[]
  /**
   * Every way in which the answer was read, by its kind, also those that look alike and those that are not offered: as
   * thresholded, not cleaned up. A drawing style may prefer one of them. Empty without a model, and for huge patches.
   */
  readonly readings: readonly { readonly kind: string; readonly mask: BinaryMask }[]
}

export interface GeneratorInput {
  readonly image: RgbaImage
  /** Overlaps the image; a caller refuses a box that does not (`clipBox`). */
  readonly boxPx: Box
  /** In the order they were made; generators without a model ignore them. */
  readonly clicks: readonly Click[]
  /** The candidate that the last click corrects; null without clicks, and when it is not at hand. */
  readonly former: FormerAnswer | null
}

export interface Generator<S extends ParamSpecs = ParamSpecs> {
  readonly id: string
  /** Rises whenever the output may change. */
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly needs: readonly 'segmenter'[]
  readonly params: S
  generate(
    input: GeneratorInput,
    params: ParamValues<S>,
    context: GeneratorContext,
    options: JobOptions,
  ): Promise<GeneratedMask>
}

/** Keeps the exact parameter types inside a generator and forgets them in the registry. */
export function defineGenerator<S extends ParamSpecs>(generator: Generator<S>): Generator {
  return generator as unknown as Generator
}

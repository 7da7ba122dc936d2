import type { Box } from '../../../core/geometry'
import type { RgbaImage } from '../../../core/raster'
import type { Click, MaskCalibration, MaskCandidate } from '../../../ml/generators/generator'
import type { GridFrame } from '../../../ml/imaging/gridFrame'
import type { AnyTensor, InferenceSession } from '../session'

/** What an encoder saw: its outputs by name, kept to be handed to the decoder. */
export type Embedding = { readonly [tensor: string]: AnyTensor }

/** A prompt in pixels of the region that was encoded (edges as coordinates, as everywhere). */
export interface RegionPrompt {
  readonly boxPx: Box
  readonly clicks: readonly Click[]
  readonly former: Pick<MaskCandidate, 'feedback'> | null
}

/** Logits on a grid over the region; `frame` is in the region's pixels. */
export interface RegionAnswer {
  readonly frame: GridFrame
  readonly candidates: readonly MaskCandidate[]
}

/**
 * A promptable segmenter of a published interface (methods: SAM notes, §7), bound to two opened graphs' names and
 * types but not to their sessions, which may be reopened on another provider.
 */
export interface PromptableModel {
  readonly family: string
  readonly canvasSide: number
  readonly accepts: {
    readonly positiveClicks: boolean
    readonly negativeClicks: boolean
    readonly feedback: boolean
  }
  readonly calibration: MaskCalibration
  encode(encoder: InferenceSession, region: RgbaImage): Promise<Embedding>
  decode(
    decoder: InferenceSession,
    embedding: Embedding,
    region: { readonly width: number; readonly height: number },
    prompt: RegionPrompt,
  ): Promise<RegionAnswer>
}

import type { JsonObject } from '../core/json'
import type { LabelMap, RgbaImage, Rle } from '../core/raster'

/**
 * The words in which training is spoken of: examples and classes are indices, no project in sight.
 * `nn` computes with them, `ports/trainer` carries them across the worker boundary.
 */

export interface FeatureLevel {
  readonly stride: number
  readonly channels: number
}

/**
 * What a backbone gives: `pyramid`, maps whose strides double from level to level; `tokens`, one map for each tapped
 * block of a vision transformer, all at the stride of its patches, earliest block first.
 */
export type BackboneKind = 'pyramid' | 'tokens'

/**
 * Frozen features of one picture: one (H / stride, W / stride, channels) map per level, channels last, float16 bits.
 * No level for a student that sees the pixels only.
 */
export interface FeaturePack {
  readonly width: number
  readonly height: number
  readonly levels: readonly {
    readonly stride: number
    readonly channels: number
    readonly data: Uint16Array<ArrayBuffer>
  }[]
}

/** One training example at the network's input size. */
export interface TrainingExample {
  /** Index into the caller's list of images; several variants (flips) share it. */
  readonly imageIndex: number
  readonly features: FeaturePack
  readonly pixels: RgbaImage
  /** 0 background, 1..K, 255 ignore; padding is 255. */
  readonly target: LabelMap
  /** Pixels barred from self-correction (rejected as "not a defect", confirmed clean): 1 = barred. Null: none. */
  readonly barred: Uint8Array | null
}

export interface TrainingSpec {
  readonly studentId: string
  readonly classCount: number
  readonly levels: readonly FeatureLevel[]
  /** The backbone's own file (ONNX or safetensors) for a student that tunes a part of it; else null. */
  readonly backboneWeights: Uint8Array<ArrayBuffer> | null
  readonly width: number
  readonly height: number
  readonly seed: number
  /** Values of the student's `ParamSpecs` and of `TRAINING_PARAMS`, validated by the caller. */
  readonly params: JsonObject
  /** Asked for a backend instead of the self-test's choice; null = automatic. */
  readonly backend: 'webgpu' | 'wasm' | 'cpu' | null
  /** A checkpoint of this very run: it goes on after the checkpoint's epoch. Null: from the start. */
  readonly resumeFrom: Uint8Array<ArrayBuffer> | null
}

export interface EpochReport {
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly lossFine: number
  readonly lossBinary: number
  /** On the validation examples with the EMA weights; null when there are none. */
  readonly validation: {
    readonly loss: number
    readonly binaryIou: number
    readonly anomalyMiou: number
  } | null
  readonly correctedPixels: number
  /** Images that the cap of self-correction left alone in at least one step, because too much of them would have changed. */
  readonly cappedImages: number
  readonly skippedSteps: number
  readonly seconds: number
}

export type TrainingEvent =
  | { readonly kind: 'backend'; readonly backend: 'webgpu' | 'wasm' | 'cpu'; readonly note: string }
  | { readonly kind: 'steps'; readonly firstStep: number; readonly losses: readonly number[] }
  | { readonly kind: 'epoch'; readonly report: EpochReport }
  /** Defect probability of one image at input size, 0..255, for the changing preview pictures. */
  | {
      readonly kind: 'preview'
      readonly epoch: number
      readonly imageIndex: number
      readonly width: number
      readonly height: number
      readonly defect: Uint8Array
    }
  /** Pixels that self-correction added since the last report, as one component. */
  | {
      readonly kind: 'correction'
      readonly epoch: number
      readonly imageIndex: number
      readonly classIndex: number
      readonly rle: Rle
      readonly areaPx: number
      readonly meanProbability: number
    }
  /** All that the run needs to go on after this epoch: weights, optimiser, averages, random streams, best so far. */
  | { readonly kind: 'checkpoint'; readonly epoch: number; readonly bytes: Uint8Array<ArrayBuffer> }

export interface TrainedStudent {
  /** ONNX bytes of the head: features and pixels in, class and defect probabilities out. */
  readonly onnx: Uint8Array<ArrayBuffer>
  readonly epoch: number
  readonly stoppedEarly: boolean
  readonly steps: number
  readonly seconds: number
}

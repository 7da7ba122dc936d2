import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { Click, CropAnswer, CropPrompt } from '../../ml/generators/generator'
import type { GridFrame } from '../../ml/imaging/gridFrame'
import type { FeaturePack } from '../../ml/training'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { SegmenterDescription } from '../../ports/segmenter'
import type { StudentAnswer } from '../../ports/studentRunner'
import type { FeatureCacheState } from '../../ports/featureExtractor'
import type { BackboneFacts, LibraryModel } from '../models/libraryModel'

/**
 * Where networks run. `auto`: a real GPU when its numbers agree with WASM (of a library model the encoder only), else
 * WASM. `split`: encoders on WebGPU, decoders on WASM.
 */
export type ProviderWish = 'auto' | 'wasm' | 'webgpu' | 'split'

/** Where a model's two graphs run. */
export type Placement = InferenceStatus['provider']

/** The embedded model and where its files are; every call names it, because a worker may be a fresh one. */
export interface ModelSource {
  readonly model: EmbeddedModel
  /** Absolute: inside a worker, relative addresses would start at the worker's own script. */
  readonly encoderUrl: string
  readonly decoderUrl: string
  readonly goldenUrl: string
}

/** The embedded model, and where it is wished to run. */
export interface WishedSource extends ModelSource {
  readonly wish: ProviderWish
}

export interface SegmentRequest {
  /** The part of the image that the crop reads; everything else is in its coordinates. */
  readonly patch: RgbaImage
  readonly frame: GridFrame
  readonly boxPx: Box
  readonly clicks: readonly Click[]
  readonly formerLogits: Float32Array | null
}

interface SegmentResult {
  /** (side, side) logits on the crop's grid. */
  readonly logits: Float32Array<ArrayBuffer>
  readonly predictedIou: number
  readonly status: InferenceStatus
}

/** A prompt for a model of the library, on a rectangle of a picture. */
export interface RegionRequest {
  readonly model: LibraryModel
  readonly wish: ProviderWish
  /** Names the picture's pixels; with the rectangle and the model it names what the encoder saw. */
  readonly imageKey: string
  /** Integer corners inside the picture. */
  readonly regionPx: Box
  /** Image pixels, as in `CropPrompt`. */
  readonly prompt: Pick<CropPrompt, 'boxPx' | 'clicks' | 'former'>
}

export interface RegionResult {
  /** Its frame is in image pixels. */
  readonly answer: CropAnswer
  readonly status: InferenceStatus
}

/** What a library model's own graphs say about it. */
export interface LibraryDescription
  extends Pick<SegmenterDescription, 'family' | 'input' | 'accepts' | 'calibration'> {
  /** The family in words: "SAM 2 (samexporter)". */
  readonly familyTitle: string
}

/** Features of one picture; `limitBytes` is how much may be kept in all. */
export interface ExtractRequest {
  /** Names pixels and augmentation. */
  readonly cacheKey: string | null
  readonly image: RgbaImage
  readonly limitBytes: number
}

/** A backbone of the library, and where it is wished to run. */
export interface WishedBackbone {
  readonly model: LibraryModel
  readonly hash: string
  readonly wish: ProviderWish
}

interface ExtractResult {
  readonly features: FeaturePack
  /** Null when the features came from the cache: no network was needed. */
  readonly status: InferenceStatus | null
}

export interface StudentRequest {
  /** Names the weights; the session is kept until another key comes. */
  readonly modelKey: string
  readonly onnx: Uint8Array<ArrayBuffer>
  readonly features: FeaturePack
  readonly pixels: RgbaImage
  readonly wish: ProviderWish
}

/** What the inference worker answers to. One call at a time (`workerHost` sees to it). */
export interface InferenceApi {
  segment(source: WishedSource, request: SegmentRequest, signal: AbortSignal): Promise<SegmentResult>
  /**
   * `pixels`: the region's, or null to ask with what is known. Null when what the encoder saw of the region is not
   * known and no pixels were given: ask again with them.
   */
  segmentRegion(
    request: RegionRequest,
    pixels: RgbaImage | null,
    signal: AbortSignal,
  ): Promise<RegionResult | null>
  describeLibrary(model: LibraryModel, wish: ProviderWish, signal: AbortSignal): Promise<LibraryDescription>
  /** With the embedded backbone. */
  extract(source: WishedSource, request: ExtractRequest, signal: AbortSignal): Promise<ExtractResult>
  extractByLibrary(
    backbone: WishedBackbone,
    request: ExtractRequest,
    signal: AbortSignal,
  ): Promise<ExtractResult>
  /** Opens a graph and looks at a picture with it. Null when it is no backbone that is known. */
  describeBackbone(
    model: LibraryModel,
    wish: ProviderWish,
    signal: AbortSignal,
  ): Promise<BackboneFacts | null>
  runStudent(request: StudentRequest, signal: AbortSignal): Promise<StudentAnswer>
  /** Features beyond the limit go first. */
  cacheState(limitBytes: number): Promise<FeatureCacheState>
  /** Forgets features, embeddings and what was found out about models. */
  clearCache(): Promise<void>
}

import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { GridFrame } from '../../ml/imaging/gridFrame'
import type { FeaturePack } from '../../ml/training'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import type { StudentAnswer } from '../../ports/studentRunner'

/** Where networks run. `auto`: WebGPU on a real GPU when its numbers agree with WASM, else WASM. */
export type ProviderWish = 'auto' | 'wasm' | 'webgpu'

/** Which model to use and where its files are; every call names it, because a worker may be a fresh one. */
export interface ModelSource {
  readonly model: EmbeddedModel
  /** Absolute: inside a worker, relative addresses would start at the worker's own script. */
  readonly encoderUrl: string
  readonly decoderUrl: string
  readonly wish: ProviderWish
}

/** What runs the networks now, and why, in one sentence for the diagnostics. */
export interface InferenceStatus {
  readonly provider: 'wasm' | 'webgpu'
  readonly threads: number
  readonly note: string
}

interface SegmentRequest {
  /** The part of the image that the crop reads; frame and box are in its coordinates. */
  readonly patch: RgbaImage
  readonly frame: GridFrame
  readonly boxPx: Box
}

interface SegmentResult {
  /** (side, side) logits on the crop's grid. */
  readonly logits: Float32Array<ArrayBuffer>
  readonly predictedIou: number
  readonly status: InferenceStatus
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
  segment(source: ModelSource, request: SegmentRequest, signal: AbortSignal): Promise<SegmentResult>
  extract(
    source: ModelSource,
    cacheKey: string,
    image: RgbaImage,
    signal: AbortSignal,
  ): Promise<ExtractResult>
  runStudent(request: StudentRequest, signal: AbortSignal): Promise<StudentAnswer>
  cacheBytes(): Promise<number>
  clearCache(): Promise<void>
}

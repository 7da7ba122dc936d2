import type { Observable } from '../core/observable'
import type { CapabilityProbe } from '../ports/capabilities'
import type { FeatureExtractor } from '../ports/featureExtractor'
import type { Files } from '../ports/files'
import type { ImageCodec } from '../ports/imageCodec'
import type { Segmenter } from '../ports/segmenter'
import type { StudentRunner } from '../ports/studentRunner'
import { createCapabilityProbe } from './capabilities'
import { createFiles } from './files'
import { createImageCodec } from './imageCodec'
import { createFeatureClient } from './inference/featureClient'
import type { InferenceStatus, ProviderWish } from './inference/inferenceApi'
import { createInferenceHost } from './inference/inferenceHost'
import { createSegmenterClient } from './inference/segmenterClient'
import { createStudentRunnerClient } from './inference/studentRunnerClient'

export interface RuntimeOptions {
  /** Address of the folder that holds `models/`: `document.baseURI`. */
  readonly baseUrl: string
  /** Where networks run; `auto` unless someone asks for the other. */
  readonly provider?: ProviderWish
}

export interface Runtime {
  readonly segmenter: Segmenter
  readonly features: FeatureExtractor
  readonly studentRunner: StudentRunner
  readonly imageCodec: ImageCodec
  readonly files: Files
  readonly capabilities: CapabilityProbe
  /** What runs the networks and why; null until the first answer. */
  readonly inferenceStatus: Observable<InferenceStatus | null>
}

/** Everything that needs a browser. No worker starts and no model is fetched before the first call that needs it. */
export function createRuntime({ baseUrl, provider = 'auto' }: RuntimeOptions): Runtime {
  const host = createInferenceHost({ baseUrl, wish: provider })
  return {
    segmenter: createSegmenterClient(host),
    features: createFeatureClient(host),
    studentRunner: createStudentRunnerClient(host),
    imageCodec: createImageCodec(),
    files: createFiles(),
    capabilities: createCapabilityProbe(),
    inferenceStatus: host.status,
  }
}

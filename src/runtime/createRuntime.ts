import type { Observable } from '../core/observable'
import type { CapabilityProbe } from '../ports/capabilities'
import type { FeatureExtractor } from '../ports/featureExtractor'
import type { Files } from '../ports/files'
import type { ImageCodec } from '../ports/imageCodec'
import type { InferenceStatus } from '../ports/inferenceStatus'
import type { ModelLibrary } from '../ports/modelLibrary'
import type { Segmenter } from '../ports/segmenter'
import type { StudentRunner } from '../ports/studentRunner'
import { createCapabilityProbe } from './capabilities'
import { createFiles } from './files'
import { createImageCodec } from './imageCodec'
import { createFeatureClient } from './inference/featureClient'
import type { ProviderWish } from './inference/inferenceApi'
import { createInferenceHost } from './inference/inferenceHost'
import { inspectModel } from './inference/inspectModel'
import { createSegmenterClient } from './inference/segmenterClient'
import { createStudentRunnerClient } from './inference/studentRunnerClient'
import { createLazyModelLibrary } from './models/lazyModelLibrary'

export interface RuntimeOptions {
  /** Address of the folder that holds `models/`: `document.baseURI`. */
  readonly baseUrl: string
  /** Where networks run; `auto` unless someone asks for the other. */
  readonly provider?: ProviderWish
}

export interface Runtime {
  readonly segmenter: Segmenter
  readonly models: ModelLibrary
  readonly features: FeatureExtractor
  readonly studentRunner: StudentRunner
  readonly imageCodec: ImageCodec
  readonly files: Files
  readonly capabilities: CapabilityProbe
  /** What runs each model that has answered, and why. */
  readonly inferenceStatus: Observable<readonly InferenceStatus[]>
}

/** Everything that needs a browser. No worker starts and no model is fetched before the first call that needs it. */
export function createRuntime({ baseUrl, provider = 'auto' }: RuntimeOptions): Runtime {
  const host = createInferenceHost({ baseUrl, wish: provider })
  const models = createLazyModelLibrary({
    inspect: (model, signal) => inspectModel(host, model, signal),
    loadEmbedded: async () => (await host.loadSource()).model,
    memory: browserMemory(),
  })
  return {
    segmenter: createSegmenterClient(host, models.open),
    models: models.library,
    features: createFeatureClient(host),
    studentRunner: createStudentRunnerClient(host),
    imageCodec: createImageCodec(),
    files: createFiles(),
    capabilities: createCapabilityProbe(),
    inferenceStatus: host.status,
  }
}

/** Null where the browser blocks it (private windows, strict settings). */
function browserMemory(): Storage | null {
  try {
    return localStorage
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

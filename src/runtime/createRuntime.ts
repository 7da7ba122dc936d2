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
import type { ProviderWish } from './inference/inferenceApi'
import { createLazyInference } from './inference/lazyInference'
import { createLazyModelLibrary } from './models/lazyModelLibrary'
import type { OpenedLibrary } from './models/modelLibrary'

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
  // Each asks the other only when it is used: the library opens graphs to recognise them, models are opened from it.
  const models: OpenedLibrary = createLazyModelLibrary({
    inspect: (model, signal) => inference.inspect(model, signal),
    loadEmbedded: () => inference.loadEmbedded(),
    memory: browserMemory(),
  })
  const inference = createLazyInference({
    baseUrl,
    wish: provider,
    openLibraryModel: models.open,
    openLibraryBackbone: models.openBackbone,
    memory: browserMemory(),
  })
  return {
    segmenter: inference.segmenter,
    models: models.library,
    features: inference.features,
    studentRunner: inference.studentRunner,
    imageCodec: createImageCodec(),
    files: createFiles(),
    capabilities: createCapabilityProbe(),
    inferenceStatus: inference.status,
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

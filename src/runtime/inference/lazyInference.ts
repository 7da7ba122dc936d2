import { createCell, type Observable } from '../../core/observable'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { ModelJoiner } from '../../ports/modelJoiner'
import type { Segmenter } from '../../ports/segmenter'
import type { StudentRunner } from '../../ports/studentRunner'
import type { LibraryModel, OpenLibraryBackbone, OpenLibraryModel } from '../models/libraryModel'
import type { Remembered } from '../models/mirrorAddress'
import { onceItWorks } from '../onceItWorks'
import type { ProviderWish } from './inferenceApi'
import type { InspectedModel } from './inspectModel'

export interface LazyInference {
  readonly segmenter: Segmenter
  readonly features: FeatureExtractor
  readonly studentRunner: StudentRunner
  readonly modelJoiner: ModelJoiner
  /** One for each model that has answered. */
  readonly status: Observable<readonly InferenceStatus[]>
  loadEmbedded(): Promise<EmbeddedModel>
  /** Opens the graphs and says which interface they speak. Throws `model/incompatible`. */
  inspect(model: LibraryModel, signal: AbortSignal): Promise<InspectedModel>
}

/** Everything that runs in the inference worker. Its code is fetched with the first use: the page starts without it. */
export function createLazyInference(options: {
  readonly baseUrl: string
  readonly wish: ProviderWish
  readonly openLibraryModel: OpenLibraryModel
  readonly openLibraryBackbone: OpenLibraryBackbone
  readonly memory: Remembered | null
}): LazyInference {
  const status = createCell<readonly InferenceStatus[]>([])
  const load = onceItWorks(async () => {
    const { openInference } = await import('./openInference')
    return openInference({ ...options, status })
  })
  return {
    segmenter: {
      describe: async (...call) => (await load()).segmenter.describe(...call),
      segment: async (...call) => (await load()).segmenter.segment(...call),
    },
    features: {
      describe: async (...call) => (await load()).features.describe(...call),
      extract: async (...call) => (await load()).features.extract(...call),
      weights: async (...call) => (await load()).features.weights(...call),
      cacheState: async () => (await load()).features.cacheState(),
      setCacheLimit: async (bytes) => (await load()).features.setCacheLimit(bytes),
      clearCache: async () => (await load()).features.clearCache(),
    },
    studentRunner: { run: async (...call) => (await load()).studentRunner.run(...call) },
    modelJoiner: { join: async (...call) => (await load()).modelJoiner.join(...call) },
    status,
    loadEmbedded: async () => (await load()).loadEmbedded(),
    inspect: async (...call) => (await load()).inspect(...call),
  }
}

import type { LibraryModel, OpenLibraryBackbone, OpenLibraryModel } from '../models/libraryModel'
import type { Remembered } from '../models/mirrorAddress'
import { createFeatureClient } from './featureClient'
import { createFeatureLimit } from './featureLimit'
import { createInferenceHost, type InferenceHostOptions } from './inferenceHost'
import { inspectModel } from './inspectModel'
import { createSegmenterClient } from './segmenterClient'
import { createStudentRunnerClient } from './studentRunnerClient'

export interface InferenceOptions extends InferenceHostOptions {
  readonly openLibraryModel: OpenLibraryModel
  readonly openLibraryBackbone: OpenLibraryBackbone
  /** `localStorage`, or null where it is forbidden. */
  readonly memory: Remembered | null
}

/** The clients of the inference worker, around one host. The worker starts with the first call. */
export function openInference({
  openLibraryModel,
  openLibraryBackbone,
  memory,
  ...options
}: InferenceOptions) {
  const host = createInferenceHost(options)
  return {
    segmenter: createSegmenterClient(host, openLibraryModel),
    features: createFeatureClient(host, openLibraryBackbone, createFeatureLimit(memory)),
    studentRunner: createStudentRunnerClient(host),
    loadEmbedded: async () => (await host.loadSource()).model,
    inspect: (model: LibraryModel, signal: AbortSignal) => inspectModel(host, model, signal),
  }
}

import type { LibraryModel, OpenLibraryModel } from '../models/libraryModel'
import { createFeatureClient } from './featureClient'
import { createInferenceHost, type InferenceHostOptions } from './inferenceHost'
import { inspectModel } from './inspectModel'
import { createModelJoiner } from './modelJoiner'
import { createSegmenterClient } from './segmenterClient'
import { createStudentRunnerClient } from './studentRunnerClient'

export interface InferenceOptions extends InferenceHostOptions {
  readonly openLibraryModel: OpenLibraryModel
}

/** The clients of the inference worker, around one host. The worker starts with the first call. */
export function openInference({ openLibraryModel, ...options }: InferenceOptions) {
  const host = createInferenceHost(options)
  return {
    segmenter: createSegmenterClient(host, openLibraryModel),
    features: createFeatureClient(host),
    studentRunner: createStudentRunnerClient(host),
    modelJoiner: createModelJoiner(host),
    loadEmbedded: async () => (await host.loadSource()).model,
    inspect: (model: LibraryModel, signal: AbortSignal) => inspectModel(host, model, signal),
  }
}

import { AppError } from '../../core/errors'
import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { featureLevelsOf } from '../../nn/onnx/embeddedFeatures'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import { addressOf, type CatalogueEntry } from '../models/catalogue'
import { CATALOGUE } from '../models/wholeCatalogue'
import type { OpenLibraryBackbone } from '../models/libraryModel'
import type { FeatureLimit } from './featureLimit'
import type { InferenceHost } from './inferenceHost'

const EMBEDDED_ID = 'embedded'

/** For `model.json`. */
const EMBEDDED_SOURCE =
  'the file models/embedded-encoder.onnx of the app; in its source code public/models/embedded-encoder.onnx'

/** Where the catalogue has a model's file from; nothing for files from disk. */
function addressIn(catalogue: readonly CatalogueEntry[], id: string): string {
  const entry = catalogue.find((one) => one.id === id)
  return entry?.origin ? `, from ${addressOf(entry.origin, entry.encoder.graph, null)}` : ''
}

/** Backbones in the inference worker, the embedded one and those of the library, with their cache on disk. */
export function createFeatureClient(
  host: InferenceHost,
  openBackbone: OpenLibraryBackbone,
  limit: FeatureLimit,
): FeatureExtractor {
  const never = new AbortController().signal
  return {
    describe: async (backboneId) => {
      if (backboneId !== EMBEDDED_ID) {
        const { model, hash, facts } = await openBackbone(backboneId)
        const { kind, levels, multipleOf, tensors } = facts
        const source = `its file is ${model.encoder.name}${addressIn(CATALOGUE, model.id)}`
        return { id: model.id, title: model.title, kind, hash, levels, multipleOf, source, tensors }
      }
      const { model } = await host.loadSource()
      return {
        id: EMBEDDED_ID,
        title: model.title,
        kind: 'pyramid',
        hash: model.files.encoder.sha256,
        levels: featureLevelsOf(model).map(({ stride, channels }) => ({ stride, channels })),
        multipleOf: model.input.multipleOf,
        source: EMBEDDED_SOURCE,
        tensors: embeddedBackbone(model),
      }
    },
    extract: async (backboneId, cacheKey, image, { signal }) => {
      const request = { cacheKey, image, limitBytes: limit.bytes() }
      if (backboneId === EMBEDDED_ID) {
        const source = await host.loadSource()
        const { features, status } = await host.call(EMBEDDED_ID, 'batch', signal, (api, callSignal, wish) =>
          api.extract({ ...source, wish }, request, callSignal),
        )
        host.report(status)
        return features
      }
      const { model, hash } = await openBackbone(backboneId)
      const { features, status } = await host.call(model.id, 'batch', signal, (api, callSignal, wish) =>
        api.extractByLibrary({ model, hash, wish }, request, callSignal),
      )
      host.report(status)
      return features
    },
    weights: async (backboneId) => {
      if (backboneId === EMBEDDED_ID)
        throw new AppError(
          'model/incompatible',
          'the embedded backbone cannot be tuned: choose a DINOv2 model as backbone',
        )
      const { model } = await openBackbone(backboneId)
      return new Uint8Array(await model.encoder.graph.arrayBuffer())
    },
    cacheState: () => host.call(EMBEDDED_ID, 'interactive', never, (api) => api.cacheState(limit.bytes())),
    setCacheLimit: async (bytes) => {
      limit.set(bytes)
      await host.call(EMBEDDED_ID, 'interactive', never, (api) => api.cacheState(bytes))
    },
    clearCache: () => host.call(EMBEDDED_ID, 'interactive', never, (api) => api.clearCache()),
  }
}

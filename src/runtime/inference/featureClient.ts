import { featureLevelsOf } from '../../nn/onnx/embeddedFeatures'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { OpenLibraryBackbone } from '../models/libraryModel'
import type { FeatureLimit } from './featureLimit'
import type { InferenceHost } from './inferenceHost'

const EMBEDDED_ID = 'embedded'

/** For `model.json`. */
const EMBEDDED_PREPROCESSING =
  'tensor "feat<stride>" for each level, float32 (1, channels, height / stride, width / stride), from the backbone run on the same placed image: (RGB / 255 - median) / max(std, 0.02) with median and population std of the luminance (mean of the three channels), clipped to -6..6, prompt all zero'

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
        const { kind, levels, multipleOf, preprocessing } = facts
        return { id: model.id, title: model.title, kind, hash, levels, multipleOf, preprocessing }
      }
      const { model } = await host.loadSource()
      return {
        id: EMBEDDED_ID,
        title: model.title,
        kind: 'pyramid',
        hash: model.files.encoder.sha256,
        levels: featureLevelsOf(model).map(({ stride, channels }) => ({ stride, channels })),
        multipleOf: model.input.multipleOf,
        preprocessing: EMBEDDED_PREPROCESSING,
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
    cacheState: () => host.call(EMBEDDED_ID, 'interactive', never, (api) => api.cacheState(limit.bytes())),
    setCacheLimit: async (bytes) => {
      limit.set(bytes)
      await host.call(EMBEDDED_ID, 'interactive', never, (api) => api.cacheState(bytes))
    },
    clearCache: () => host.call(EMBEDDED_ID, 'interactive', never, (api) => api.clearCache()),
  }
}

import { featureLevelsOf } from '../../nn/onnx/embeddedFeatures'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { InferenceHost } from './inferenceHost'

/** The embedded backbone in the inference worker, with its cache on disk. */
export function createFeatureClient(host: InferenceHost): FeatureExtractor {
  const never = new AbortController().signal
  return {
    describe: async () => {
      const { model } = await host.loadSource()
      return {
        id: model.id,
        title: model.title,
        hash: model.files.encoder.sha256,
        levels: featureLevelsOf(model).map(({ stride, channels }) => ({ stride, channels })),
        multipleOf: model.input.multipleOf,
      }
    },
    extract: async (key, image, { signal }) => {
      const source = await host.loadSource()
      const { features, status } = await host.call('embedded', 'batch', signal, (api, callSignal, wish) =>
        api.extract({ ...source, wish }, key, image, callSignal),
      )
      host.report(status)
      return features
    },
    cacheBytes: () => host.call('embedded', 'interactive', never, (api) => api.cacheBytes()),
    clearCache: () => host.call('embedded', 'interactive', never, (api) => api.clearCache()),
  }
}

import { AppError } from '../../core/errors'
import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { featureLevelsOf } from '../../nn/onnx/embeddedFeatures'
import type { FeatureExtractor } from '../../ports/featureExtractor'
import type { InferenceHost } from './inferenceHost'

const EMBEDDED_ID = 'embedded'

/** For `model.json`. */
const EMBEDDED_SOURCE =
  'the file models/embedded-encoder.onnx of the app; in its source code public/models/embedded-encoder.onnx'

/** The embedded backbone in the inference worker, with its cache on disk. */
export function createFeatureClient(host: InferenceHost): FeatureExtractor {
  const never = new AbortController().signal
  return {
    describe: async (backboneId) => {
      assertKnown(backboneId)
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
    extract: async (backboneId, key, image, { signal }) => {
      assertKnown(backboneId)
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

function assertKnown(backboneId: string): void {
  if (backboneId !== EMBEDDED_ID)
    throw new AppError('model/missing', `the backbone "${backboneId}" is not on this computer`)
}

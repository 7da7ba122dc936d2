import { AppError } from '../../core/errors'
import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { wholeStudent } from '../../nn/onnx/wholeStudent'
import type { ModelJoiner } from '../../ports/modelJoiner'
import { loadModelFile, type FetchLike } from '../modelStore'
import type { InferenceHost } from './inferenceHost'

/** Joins heads with the embedded encoder, on the page: it copies bytes, which takes no time worth a worker. */
export function createModelJoiner(
  host: InferenceHost,
  fetchUrl: FetchLike = (url) => fetch(url),
): ModelJoiner {
  return {
    join: async (backboneId, head) => {
      if (backboneId !== 'embedded')
        throw new AppError('model/missing', `the backbone "${backboneId}" is not on this computer`)
      const { model, encoderUrl } = await host.loadSource()
      const onnx = await loadModelFile(encoderUrl, model.files.encoder, fetchUrl)
      return wholeStudent({ onnx, tensors: embeddedBackbone(model) }, head)
    },
  }
}

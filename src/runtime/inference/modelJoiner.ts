import { embeddedBackbone } from '../../nn/onnx/embeddedBackbone'
import { wholeStudent } from '../../nn/onnx/wholeStudent'
import type { ModelJoiner } from '../../ports/modelJoiner'
import type { OpenLibraryBackbone } from '../models/libraryModel'
import { loadModelFile, type FetchLike } from '../modelStore'
import type { InferenceHost } from './inferenceHost'

/** Joins heads with their backbones, on the page: it copies bytes, which takes no time worth a worker. */
export function createModelJoiner(
  host: InferenceHost,
  openBackbone: OpenLibraryBackbone,
  fetchUrl: FetchLike = (url) => fetch(url),
): ModelJoiner {
  return {
    join: async (backboneId, head) => {
      if (backboneId === 'embedded') {
        const { model, encoderUrl } = await host.loadSource()
        const onnx = await loadModelFile(encoderUrl, model.files.encoder, fetchUrl)
        return wholeStudent({ onnx, tensors: embeddedBackbone(model) }, head)
      }
      const { model, facts } = await openBackbone(backboneId)
      const onnx = new Uint8Array(await model.encoder.graph.arrayBuffer())
      return wholeStudent({ onnx, tensors: facts.tensors }, head)
    },
  }
}

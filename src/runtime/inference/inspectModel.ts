import type { BackboneFacts, LibraryModel } from '../models/libraryModel'
import type { InferenceHost } from './inferenceHost'

export interface InspectedModel {
  readonly family: string
  readonly caution: string | null
  /** Null: it is a promptable segmenter. */
  readonly backbone: BackboneFacts | null
}

/**
 * Opens the graphs of a model in the inference worker and says which published interface they speak.
 * Throws `model/incompatible` naming file, tensor and remedy.
 */
export async function inspectModel(
  host: InferenceHost,
  model: LibraryModel,
  signal: AbortSignal,
): Promise<InspectedModel> {
  const isOneGraph = model.encoder === model.decoder
  const backbone = isOneGraph
    ? await host.call(model.id, 'interactive', signal, (api, callSignal, wish) =>
        api.describeBackbone(model, wish, callSignal),
      )
    : null
  if (backbone !== null) return { family: backbone.family, caution: null, backbone }
  const { familyTitle } = await host.call(model.id, 'interactive', signal, (api, callSignal, wish) =>
    api.describeLibrary(model, wish, callSignal),
  )
  return { family: familyTitle, caution: null, backbone: null }
}

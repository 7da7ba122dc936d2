import type { LibraryModel } from '../models/libraryModel'
import type { InferenceHost } from './inferenceHost'

/**
 * Opens both graphs of a model in the inference worker and says which published interface they speak.
 * Throws `model/incompatible` naming file, tensor and remedy.
 */
export async function inspectModel(
  host: InferenceHost,
  model: LibraryModel,
  signal: AbortSignal,
): Promise<{ readonly family: string; readonly caution: string | null }> {
  const { familyTitle } = await host.call(model.id, 'interactive', signal, (api, callSignal, wish) =>
    api.describeLibrary(model, wish, callSignal),
  )
  return { family: familyTitle, caution: null }
}

import { createCell } from '../../core/observable'
import type { ModelEntry } from '../../ports/modelLibrary'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import { onceItWorks } from '../onceItWorks'
import { createMirrorSetting, type Remembered } from './mirrorAddress'
import type { InspectModel, OpenedLibrary } from './modelLibrary'

export interface LazyLibraryParts {
  readonly inspect: InspectModel
  readonly loadEmbedded: () => Promise<EmbeddedModel>
  /** `localStorage`, or null where it is forbidden. */
  readonly memory: Remembered | null
}

/**
 * The library of models, fetched with its first use: nobody who works with the embedded model waits for its code.
 * Until then `entries` is empty.
 */
export function createLazyModelLibrary({ inspect, loadEmbedded, memory }: LazyLibraryParts): OpenedLibrary {
  const entries = createCell<readonly ModelEntry[]>([])
  const mirror = createMirrorSetting(memory)
  const load = onceItWorks(async () => {
    const { openModelLibrary } = await import('./openModelLibrary')
    return openModelLibrary({ entries, mirror, inspect, loadEmbedded })
  })
  return {
    library: {
      entries,
      ...mirror,
      refresh: async () => (await load()).library.refresh(),
      download: async (id, options) => (await load()).library.download(id, options),
      addFiles: async (files, options) => (await load()).library.addFiles(files, options),
      verify: async (id, options) => (await load()).library.verify(id, options),
      remove: async (id) => (await load()).library.remove(id),
    },
    open: async (id) => (await load()).open(id),
  }
}

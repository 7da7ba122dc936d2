import { createCell } from '../../core/observable'
import type { ModelEntry } from '../../ports/modelLibrary'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import { onceItWorks } from '../onceItWorks'
import type { Remembered } from './mirrorAddress'
import type { InspectModel, OpenedLibrary } from './modelLibrary'

export interface LazyLibraryParts {
  readonly inspect: InspectModel
  readonly loadEmbedded: () => Promise<EmbeddedModel>
  /** `localStorage`, or null where it is forbidden. */
  readonly memory: Remembered | null
}

/**
 * The library of models, fetched with its first use: nobody who works with the embedded model waits for its code.
 * Until then `entries` is empty and `mirror` null.
 */
export function createLazyModelLibrary({ inspect, loadEmbedded, memory }: LazyLibraryParts): OpenedLibrary {
  const entries = createCell<readonly ModelEntry[]>([])
  const mirror = createCell<string | null>(null)
  let setMirror: OpenedLibrary['library']['setMirror'] | null = null
  const load = onceItWorks(async () => {
    const { openModelLibrary } = await import('./openModelLibrary')
    const opened = await openModelLibrary({ entries, mirror, inspect, loadEmbedded, memory })
    setMirror = opened.library.setMirror
    return opened
  })
  return {
    library: {
      entries,
      mirror,
      setMirror: (address) => {
        if (setMirror === null) throw new Error('a mirror can be set once the models are listed')
        setMirror(address)
      },
      refresh: async () => (await load()).library.refresh(),
      download: async (id, options) => (await load()).library.download(id, options),
      addFiles: async (files, options) => (await load()).library.addFiles(files, options),
      verify: async (id, options) => (await load()).library.verify(id, options),
      remove: async (id) => (await load()).library.remove(id),
    },
    open: async (id) => (await load()).open(id),
    openBackbone: async (id) => (await load()).openBackbone(id),
  }
}

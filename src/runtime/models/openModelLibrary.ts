import { messageOf } from '../../core/errors'
import type { Cell } from '../../core/observable'
import type { EmbeddedModel } from '../../nn/onnx/embeddedManifest'
import type { ModelEntry } from '../../ports/modelLibrary'
import { CATALOGUE } from './wholeCatalogue'
import { probeDevice } from './deviceFacts'
import { createDownloadClient } from './downloadClient'
import { createMirrorSetting, type Remembered } from './mirrorAddress'
import { createMemoryModelFolder } from './modelFolder'
import { createModelLibrary, type InspectModel, type OpenedLibrary } from './modelLibrary'
import { createOpfsModelFolder, openModelDirectory } from './opfsModelFolder'

/** Tabs tell each other here that a model came or went. */
const CHANNEL = 'maskwright:models'

/** The library on the real disk of this browser; in memory where there is none. */
export async function openModelLibrary(parts: {
  readonly entries: Cell<readonly ModelEntry[]>
  readonly mirror: Cell<string | null>
  readonly memory: Remembered | null
  readonly inspect: InspectModel
  readonly loadEmbedded: () => Promise<EmbeddedModel>
}): Promise<OpenedLibrary> {
  const directory = await openModelDirectory()
  const channel = new BroadcastChannel(CHANNEL)
  const opened = createModelLibrary({
    catalogue: CATALOGUE,
    entries: parts.entries,
    folder: directory === null ? createMemoryModelFolder() : createOpfsModelFolder(directory),
    fetchFile: createDownloadClient(),
    inspect: parts.inspect,
    embedded: async () => embeddedEntry(parts.loadEmbedded),
    probeDevice,
    mirror: createMirrorSetting(parts.memory, parts.mirror),
    persist,
    announce: () => channel.postMessage('changed'),
  })
  channel.addEventListener('message', () => {
    // The next look at the list tries again.
    opened.library.refresh().catch(() => undefined)
  })
  return opened
}

/** A refusal is the browser's right: the files then live as long as the disk has room. */
async function persist(): Promise<void> {
  const storage = navigator.storage as StorageManager | undefined
  if (storage?.persist !== undefined && !(await storage.persisted())) await storage.persist()
}

/** The model that ships with the app. Its manifest lies beside the app; without it the others are listed all the same. */
async function embeddedEntry(load: () => Promise<EmbeddedModel>): Promise<ModelEntry> {
  const entry = {
    id: 'embedded',
    title: 'Embedded',
    summary:
      'Comes with the app: small, made for defects on surfaces, works offline at once. Boxes to masks, and basic features for students.',
    kind: 'segmenter',
    features: 'pyramid',
    source: 'embedded',
    family: 'embedded',
    licence: { name: 'Apache-2.0', url: null, note: 'The licence of the app.' },
    origin: null,
    files: [],
    state: 'ready',
    obstacle: null,
    caution: null,
  } as const satisfies ModelEntry
  try {
    const { files } = await load()
    const file = (one: typeof files.encoder): ModelEntry['files'][number] => ({
      name: one.file,
      bytes: one.bytes,
      sha256: one.sha256,
      bytesHere: one.bytes,
    })
    return { ...entry, files: [file(files.encoder), file(files.decoder)] }
  } catch (error) {
    return { ...entry, state: 'absent', caution: messageOf(error) }
  }
}

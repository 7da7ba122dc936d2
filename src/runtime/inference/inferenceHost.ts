import { createCell, type Observable } from '../../core/observable'
import { readEmbeddedManifest } from '../../nn/onnx/embeddedManifest'
import { loadManifestJson, sha256Hex, type FetchLike } from '../modelStore'
import { onceItWorks } from '../onceItWorks'
import { createWorkerHost, startedWorker, type StartedWorker, type WorkerHost } from '../workerHost'
import type { InferenceApi, InferenceStatus, ModelSource, ProviderWish } from './inferenceApi'

/** What the three clients share: one worker, one model, one status. */
export interface InferenceHost {
  readonly worker: WorkerHost<InferenceApi>
  readonly wish: ProviderWish
  /** The manifest is read once; a failed read is tried again by the next call. */
  loadSource(): Promise<ModelSource>
  /** SHA-256 over the hashes of the model's files, in the manifest's order. */
  loadModelHash(): Promise<string>
  readonly status: Observable<InferenceStatus | null>
  report(status: InferenceStatus | null): void
}

export interface InferenceHostOptions {
  /** Absolute address of the folder that holds `models/`; resolved on the page. */
  readonly baseUrl: string
  readonly wish: ProviderWish
  readonly fetchUrl?: FetchLike
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<InferenceApi>
}

export function createInferenceHost(options: InferenceHostOptions): InferenceHost {
  const { baseUrl, wish, fetchUrl = (url) => fetch(url), start = startInferenceWorker } = options
  const folderUrl = new URL('models/', baseUrl)
  const status = createCell<InferenceStatus | null>(null)

  const loadSource = onceItWorks(async (): Promise<ModelSource> => {
    const model = readEmbeddedManifest(
      await loadManifestJson(new URL('manifest.json', folderUrl).href, fetchUrl),
    )
    const urlOf = (file: string): string => new URL(file, folderUrl).href
    const { encoder, decoder } = model.files
    return { model, encoderUrl: urlOf(encoder.file), decoderUrl: urlOf(decoder.file), wish }
  })

  return {
    worker: createWorkerHost({ name: 'inference', start }),
    wish,
    loadSource,
    loadModelHash: async () => {
      const { files } = (await loadSource()).model
      return sha256Hex(new TextEncoder().encode(`${files.encoder.sha256} ${files.decoder.sha256}`))
    },
    status,
    report: (next) => {
      const known = status.get()
      if (next === null || (known?.provider === next.provider && known.note === next.note)) return
      status.set(next)
    },
  }
}

function startInferenceWorker(): StartedWorker<InferenceApi> {
  return startedWorker<InferenceApi>(
    new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module', name: 'inference' }),
  )
}

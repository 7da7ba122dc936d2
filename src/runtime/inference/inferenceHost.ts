import { AppError } from '../../core/errors'
import type { Lane } from '../../core/job'
import { createCell, type Cell, type Observable } from '../../core/observable'
import { readEmbeddedManifest } from '../../nn/onnx/embeddedManifest'
import { loadManifestJson, sha256Hex, type FetchLike } from '../modelStore'
import { onceItWorks } from '../onceItWorks'
import type { Remote } from '../rpc'
import { createWorkerHost, startedWorker, type StartedWorker } from '../workerHost'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { InferenceApi, ModelSource, ProviderWish } from './inferenceApi'

/** What the three clients share: one worker, the embedded model's manifest, and what runs where. */
export interface InferenceHost {
  /**
   * Calls the worker. When it runs out of memory or dies, the call is made once more on a fresh worker and on WASM, and
   * so is every later call for that model: `call` may run twice, so it makes anew what it gives away.
   */
  call<R>(modelId: string, lane: Lane, signal: AbortSignal, call: InferenceCall<R>): Promise<R>
  /** The manifest is read once; a failed read is tried again by the next call. */
  loadSource(): Promise<ModelSource>
  /** SHA-256 over the hashes of the model's files, in the manifest's order. */
  loadModelHash(): Promise<string>
  /** One for each model that has answered. */
  readonly status: Observable<readonly InferenceStatus[]>
  report(status: InferenceStatus | null): void
}

export type InferenceCall<R> = (
  api: Remote<InferenceApi>,
  signal: AbortSignal,
  wish: ProviderWish,
) => Promise<R>

export interface InferenceHostOptions {
  /** Absolute address of the folder that holds `models/`; resolved on the page. */
  readonly baseUrl: string
  readonly wish: ProviderWish
  /** Where to say what runs; a cell of its own when absent. */
  readonly status?: Cell<readonly InferenceStatus[]>
  readonly fetchUrl?: FetchLike
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<InferenceApi>
}

export function createInferenceHost(options: InferenceHostOptions): InferenceHost {
  const {
    baseUrl,
    wish,
    status = createCell<readonly InferenceStatus[]>([]),
    fetchUrl = (url) => fetch(url),
    start = startInferenceWorker,
  } = options
  const folderUrl = new URL('models/', baseUrl)
  const worker = createWorkerHost({ name: 'inference', start, spoils: isWorkerSpoilt })
  /** Models whose worker broke down, and what it said. */
  const brokenDown = new Map<string, string>()

  const loadSource = onceItWorks(async (): Promise<ModelSource> => {
    const model = readEmbeddedManifest(
      await loadManifestJson(new URL('manifest.json', folderUrl).href, fetchUrl),
    )
    const urlOf = (file: string): string => new URL(file, folderUrl).href
    const { encoder, decoder } = model.files
    return {
      model,
      encoderUrl: urlOf(encoder.file),
      decoderUrl: urlOf(decoder.file),
      goldenUrl: urlOf('golden.json'),
    }
  })

  return {
    call: async (modelId, lane, signal, call) => {
      const run = (asked: ProviderWish) =>
        worker.run(lane, signal, (api, callSignal) => call(api, callSignal, asked))
      if (brokenDown.has(modelId)) return run('wasm')
      try {
        return await run(wish)
      } catch (error) {
        if (!isWorkerSpoilt(error)) throw error
        const result = await run('wasm')
        brokenDown.set(modelId, error.message)
        return result
      }
    },
    loadSource,
    loadModelHash: async () => {
      const { files } = (await loadSource()).model
      return sha256Hex(new TextEncoder().encode(`${files.encoder.sha256} ${files.decoder.sha256}`))
    },
    status,
    report: (next) => {
      if (next === null) return
      const former = brokenDown.get(next.modelId)
      const told =
        former === undefined ? next : { ...next, note: `WASM until this page is loaded again: ${former}` }
      const known = status.get().find(({ modelId }) => modelId === told.modelId)
      if (known?.provider === told.provider && known.note === told.note) return
      const others = status.get().filter(({ modelId }) => modelId !== told.modelId)
      status.set([...others, told])
    },
  }
}

/** After these a worker's wasm heap is full, damaged or gone with it. */
function isWorkerSpoilt(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    (error.code === 'runtime/out-of-memory' || error.code === 'runtime/worker-crashed')
  )
}

function startInferenceWorker(): StartedWorker<InferenceApi> {
  return startedWorker<InferenceApi>(
    new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module', name: 'inference' }),
  )
}

import { messageOf } from '../../core/errors'
import type { FeaturePack } from '../../ml/training'
import { extractFeatures } from '../../nn/onnx/embeddedFeatures'
import { prepareCrop, segmentCrop } from '../../nn/onnx/embeddedSegmenter'
import type { EmbeddedSessions } from '../../nn/onnx/session'
import type { FetchLike } from '../modelStore'
import { onceItWorks } from '../onceItWorks'
import { createMemoryFolder, type CacheFolder } from './cacheFolder'
import { decodeEmbedding, encodeEmbedding } from './embeddingPackBytes'
import { createEmbeddingStore, EMBEDDING_CACHE_LIMIT_BYTES, EMBEDDING_MEMORY_BYTES } from './embeddingStore'
import { explained, isGpuToBlame, openGraph, releaseAll } from './failures'
import { createFeatureCache, FEATURE_CACHE_LIMIT_BYTES, featureFileName } from './featureCache'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { InferenceApi, WishedSource } from './inferenceApi'
import { createLibraryModels } from './libraryModels'
import { openEmbedded, type OpenedModel } from './openEmbedded'
import { createPackCache, type PackCache } from './packCache'
import { createProviders, type ProviderDeps } from './providers'
import { createStudentSessions, STUDENT_FILE } from './studentSessions'
import { createNotes } from './verdicts'

export interface InferenceDeps extends ProviderDeps {
  readonly fetchUrl: FetchLike
  /** A folder of this browser that outlives the worker; null where there is none. Asked at the first use. */
  readonly openFolder: (name: 'features' | 'embeddings' | 'model-notes') => Promise<CacheFolder | null>
}

/** Without a private file system (private windows) features live as long as this worker, in this much memory. */
const FEATURE_MEMORY_BYTES = 256_000_000

/** What the inference worker does: boxes, features and students through one runtime, one call at a time. */
export function createInferenceService(deps: InferenceDeps): InferenceApi {
  let opened: { readonly key: string; readonly model: OpenedModel } | null = null
  const providers = createProviders(deps)
  const students = createStudentSessions()
  const openNotes = onceItWorks(async () =>
    createNotes((await deps.openFolder('model-notes')) ?? createMemoryFolder()),
  )
  const openFeatures = onceItWorks(async (): Promise<PackCache<FeaturePack>> => {
    const folder = await deps.openFolder('features')
    return folder === null
      ? createFeatureCache(createMemoryFolder(), FEATURE_MEMORY_BYTES)
      : createFeatureCache(folder, FEATURE_CACHE_LIMIT_BYTES)
  })
  const openEmbeddings = onceItWorks(async () => {
    const folder = await deps.openFolder('embeddings')
    const codec = { encode: encodeEmbedding, decode: decodeEmbedding }
    return folder === null ? null : createPackCache(folder, EMBEDDING_CACHE_LIMIT_BYTES, codec)
  })
  const embeddings = createEmbeddingStore(openEmbeddings, EMBEDDING_MEMORY_BYTES)
  const library = createLibraryModels({ providers, embeddings, openNotes })

  async function embeddedFor(source: WishedSource): Promise<OpenedModel> {
    const key = `${source.model.files.encoder.sha256} ${source.model.files.decoder.sha256} ${source.wish}`
    const isGpuGone = providers.gpuFault() !== null && opened?.model.status.provider !== 'wasm'
    if (opened !== null && (opened.key !== key || isGpuGone)) {
      const { encoder, decoder } = opened.model.sessions
      opened = null
      await releaseAll([encoder, decoder])
    }
    opened ??= {
      key,
      model: await openEmbedded(source, {
        fetchUrl: deps.fetchUrl,
        runtime: await providers.prepare(source.wish),
        notes: await openNotes(),
      }),
    }
    return opened.model
  }

  /**
   * Runs a step on the embedded model. A GPU that fails in the middle (lost device, no memory) is given up for this
   * worker's life, and the step runs once more on WASM.
   */
  async function withEmbedded<R>(
    source: WishedSource,
    signal: AbortSignal,
    step: (sessions: EmbeddedSessions) => Promise<R>,
  ): Promise<{ result: R; status: InferenceStatus }> {
    signal.throwIfAborted()
    try {
      const { sessions, status } = await embeddedFor(source)
      signal.throwIfAborted()
      try {
        return { result: await step(sessions), status }
      } catch (error) {
        if (status.provider === 'wasm' || !isGpuToBlame(error)) throw error
        providers.giveUpGpu(messageOf(error))
      }
      const onWasm = await embeddedFor(source)
      return { result: await step(onWasm.sessions), status: onWasm.status }
    } catch (error) {
      throw explained(error, source.model.title)
    }
  }

  return {
    segment: async (source, { patch, frame, ...prompt }, signal) => {
      const crop = prepareCrop(patch, frame, prompt, source.model)
      const { result, status } = await withEmbedded(source, signal, (sessions) =>
        segmentCrop(sessions, source.model, crop, source.model.calibration.flip),
      )
      return { ...result, status }
    },
    segmentRegion: (request, pixels, signal) => library.segment(request, pixels, signal),
    describeLibrary: async (model, wish, signal) => {
      signal.throwIfAborted()
      return library.describe(model, wish)
    },
    extract: async (source, cacheKey, image, signal) => {
      signal.throwIfAborted()
      const kept = await openFeatures()
      const name = featureFileName(source.model.files.encoder.sha256, image, cacheKey)
      const known = await kept.get(name)
      if (known !== null) return { features: known, status: null }
      const { result: features, status } = await withEmbedded(source, signal, ({ encoder }) =>
        extractFeatures(encoder, source.model, image),
      )
      await kept.put(name, features)
      return { features, status }
    },
    runStudent: async (request, signal) => {
      const { ort } = await providers.prepare(request.wish)
      const openSession = (onnx: Uint8Array) =>
        openGraph(ort, STUDENT_FILE, { onnx, externalData: [] }, 'wasm')
      try {
        return await students.run(request, openSession, signal)
      } catch (error) {
        throw explained(error, 'The student')
      }
    },
    cacheBytes: async () => (await (await openFeatures()).bytes()) + (await embeddings.bytes()),
    clearCache: async () => {
      await (await openFeatures()).clear()
      await embeddings.clear()
      await (await openNotes()).clear()
    },
  }
}

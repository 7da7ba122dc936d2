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
import { createFeatureCache, featureFileName } from './featureCache'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { ExtractRequest, InferenceApi, WishedSource } from './inferenceApi'
import { createLibraryBackbones } from './libraryBackbones'
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
  let hasRoom = true
  const openStore = onceItWorks(async () => {
    const folder = await deps.openFolder('features')
    const mostBytes = folder === null ? FEATURE_MEMORY_BYTES : Infinity
    return { mostBytes, cache: await createFeatureCache(folder ?? createMemoryFolder(), mostBytes) }
  })
  const openFeatures = async (limitBytes: number): Promise<PackCache<FeaturePack>> => {
    const { cache, mostBytes } = await openStore()
    await cache.setLimit(Math.min(limitBytes, mostBytes))
    return cache
  }
  const openEmbeddings = onceItWorks(async () => {
    const folder = await deps.openFolder('embeddings')
    const codec = { encode: encodeEmbedding, decode: decodeEmbedding }
    return folder === null ? null : createPackCache(folder, EMBEDDING_CACHE_LIMIT_BYTES, codec)
  })
  const embeddings = createEmbeddingStore(openEmbeddings, EMBEDDING_MEMORY_BYTES)
  const library = createLibraryModels({ providers, embeddings, openNotes })
  const backbones = createLibraryBackbones({ providers, openNotes })

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

  /** Features from the disk, else computed and kept. What cannot be kept is handed over all the same. */
  async function cached(
    weightsHash: string,
    { image, cacheKey, limitBytes }: ExtractRequest,
    signal: AbortSignal,
    compute: () => Promise<{ readonly features: FeaturePack; readonly status: InferenceStatus }>,
  ): Promise<{ readonly features: FeaturePack; readonly status: InferenceStatus | null }> {
    signal.throwIfAborted()
    if (cacheKey === null) return compute()
    const kept = await openFeatures(limitBytes)
    const name = featureFileName(weightsHash, image, cacheKey)
    const known = await kept.get(name)
    if (known !== null) return { features: known, status: null }
    const found = await compute()
    hasRoom = await kept.put(name, found.features)
    return found
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
    extract: (source, request, signal) =>
      cached(source.model.files.encoder.sha256, request, signal, async () => {
        const { result, status } = await withEmbedded(source, signal, ({ encoder }) =>
          extractFeatures(encoder, source.model, request.image),
        )
        return { features: result, status }
      }),
    extractByLibrary: ({ model, hash, wish }, request, signal) =>
      cached(hash, request, signal, () => backbones.extract(model, wish, request.image, signal)),
    describeBackbone: async (model, wish, signal) => {
      signal.throwIfAborted()
      return backbones.describe(model, wish)
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
    cacheState: async (limitBytes) => {
      const bytes = await (await openFeatures(limitBytes)).bytes()
      const { mostBytes } = await openStore()
      const otherBytes = await embeddings.bytes()
      return { bytes, otherBytes, limitBytes: Math.min(limitBytes, mostBytes), hasRoom }
    },
    clearCache: async () => {
      await (await openStore()).cache.clear()
      hasRoom = true
      await embeddings.clear()
      await (await openNotes()).clear()
    },
  }
}

import { AppError, isAbort, messageOf } from '../../core/errors'
import { extractFeatures } from '../../nn/onnx/embeddedFeatures'
import { prepareCrop, segmentCrop } from '../../nn/onnx/embeddedSegmenter'
import type { EmbeddedSessions } from '../../nn/onnx/session'
import { featureFileName, type FeatureCache } from './featureCache'
import type { FetchLike } from '../modelStore'
import { onceItWorks } from '../onceItWorks'
import type { OpenSession, OrtFlavour } from '../ort'
import type { InferenceApi, InferenceStatus, ModelSource, ProviderWish } from './inferenceApi'
import { openEmbedded, release, type OpenDeps, type OpenedModel } from './openEmbedded'
import { createStudentSessions } from './studentSessions'

export interface InferenceDeps {
  readonly fetchUrl: FetchLike
  /** Called once: two builds of the runtime do not share a worker. */
  readonly loadOrt: (flavour: OrtFlavour) => Promise<OpenSession>
  /** A GPU adapter that is not software rendering (software is 70 to 130 times slower than WASM). */
  readonly hasHardwareGpu: () => Promise<boolean>
  readonly threads: number
  /** Opened at the first use. */
  readonly openCache: () => Promise<FeatureCache>
}

/** What the inference worker does: boxes, features and students through one runtime, one call at a time. */
export function createInferenceService(deps: InferenceDeps): InferenceApi {
  let opened: { readonly key: string; readonly model: OpenedModel } | null = null
  const openCache = onceItWorks(deps.openCache)
  const students = createStudentSessions()
  /** The runtime, loaded at the first call in the flavour that its wish needs. */
  const runtimeFor = onceItWorks(async (wish: ProviderWish): Promise<OpenDeps> => {
    const usesGpu = wish === 'webgpu' || (wish === 'auto' && (await deps.hasHardwareGpu()))
    const openSession = await deps.loadOrt(usesGpu ? 'webgpu' : 'wasm')
    return { fetchUrl: deps.fetchUrl, openSession, usesGpu, threads: deps.threads }
  })

  async function modelOf(source: ModelSource): Promise<OpenedModel> {
    const key = `${source.model.files.encoder.sha256} ${source.model.files.decoder.sha256} ${source.wish}`
    if (opened !== null && opened.key !== key) {
      const { sessions } = opened.model
      opened = null
      await release(sessions)
    }
    opened ??= { key, model: await openEmbedded(source, await runtimeFor(source.wish)) }
    return opened.model
  }

  /**
   * Runs a step on the model. A GPU that fails in the middle (lost device, no memory) is given up for this
   * worker's life, and the step runs once more on WASM.
   */
  async function withModel<R>(
    source: ModelSource,
    signal: AbortSignal,
    step: (sessions: EmbeddedSessions) => Promise<R>,
  ): Promise<{ result: R; status: InferenceStatus }> {
    signal.throwIfAborted()
    const { sessions, status } = await modelOf(source)
    signal.throwIfAborted()
    try {
      return { result: await step(sessions), status }
    } catch (error) {
      if (status.provider === 'wasm' || error instanceof AppError || isAbort(error)) throw error
      const model = await openEmbedded(source, { ...(await runtimeFor(source.wish)), usesGpu: false })
      const note = `WebGPU failed and was given up: ${messageOf(error)}`
      opened = { key: opened!.key, model: { ...model, status: { ...model.status, note } } }
      return { result: await step(model.sessions), status: opened.model.status }
    }
  }

  return {
    segment: async (source, { patch, frame, boxPx }, signal) => {
      const crop = prepareCrop(patch, frame, boxPx, source.model.standardise)
      const { result, status } = await withModel(source, signal, (sessions) =>
        segmentCrop(sessions, source.model, crop, source.model.calibration.flip),
      )
      return { ...result, status }
    },
    extract: async (source, cacheKey, image, signal) => {
      signal.throwIfAborted()
      const kept = await openCache()
      const name = featureFileName(source.model.files.encoder.sha256, image, cacheKey)
      const known = await kept.get(name)
      if (known !== null) return { features: known, status: null }
      const { result: features, status } = await withModel(source, signal, ({ encoder }) =>
        extractFeatures(encoder, source.model, image),
      )
      await kept.put(name, features)
      return { features, status }
    },
    runStudent: async (request, signal) => {
      const { openSession } = await runtimeFor(request.wish)
      return students.run(request, (onnx) => openSession(onnx, 'wasm'), signal)
    },
    cacheBytes: async () => (await openCache()).bytes(),
    clearCache: async () => (await openCache()).clear(),
  }
}

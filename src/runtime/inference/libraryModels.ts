import { AppError, messageOf } from '../../core/errors'
import type { Box } from '../../core/geometry'
import type { RgbaImage } from '../../core/raster'
import type { Embedding, RegionPrompt } from '../../nn/onnx/promptable/promptableModel'
import type { LibraryModel } from '../models/libraryModel'
import { bindModel, decoderProvider, encoderProvider, type BoundModel } from './boundModel'
import { embeddingName, type EmbeddingStore } from './embeddingStore'
import { explained, isGpuToBlame } from './failures'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { LibraryDescription, Placement, ProviderWish, RegionRequest, RegionResult } from './inferenceApi'
import { checkAnswer, checkEmbedding } from './libraryAnswers'
import { markOf } from './libraryCanary'
import { createLibrarySessions, type LibrarySessions } from './librarySessions'
import { trustLibrary, type TrustedPlacement } from './libraryTrust'
import type { Providers } from './providers'
import type { Notes } from './verdicts'

export interface LibraryModelsDeps {
  readonly providers: Providers
  readonly embeddings: EmbeddingStore
  readonly openNotes: () => Promise<Notes>
}

/** Models of the library in the worker: one at a time is open, for their weights fill the memory. */
export interface LibraryModels {
  describe(model: LibraryModel, wish: ProviderWish): Promise<LibraryDescription>
  segment(request: RegionRequest, pixels: RgbaImage | null, signal: AbortSignal): Promise<RegionResult | null>
}

interface OpenLibrary {
  readonly modelHash: string
  readonly wish: ProviderWish
  readonly model: LibraryModel
  readonly bound: BoundModel
  readonly sessions: LibrarySessions
  /** Null until the first answer needed to know. */
  trusted: TrustedPlacement | null
}

export function createLibraryModels({ providers, embeddings, openNotes }: LibraryModelsDeps): LibraryModels {
  let open: OpenLibrary | null = null

  async function openFor(model: LibraryModel, wish: ProviderWish): Promise<OpenLibrary> {
    const isGpuGone = providers.gpuFault() !== null && open?.trusted?.placement !== 'wasm'
    if (open?.modelHash === model.modelHash && open.wish === wish && !isGpuGone) return open
    await close()
    const { ort } = await providers.prepare(wish)
    const sessions = createLibrarySessions(model.title, ort)
    try {
      const bound = await bindModel(model, sessions, await openNotes())
      open = { modelHash: model.modelHash, wish, model, bound, sessions, trusted: null }
      return open
    } catch (error) {
      await sessions.closeAll()
      throw error
    }
  }

  async function close(): Promise<void> {
    const former = open
    open = null
    await former?.sessions.closeAll()
  }

  async function trust(library: OpenLibrary, signal: AbortSignal): Promise<TrustedPlacement> {
    if (library.trusted !== null) return library.trusted
    const { model, bound, sessions, wish } = library
    const runtime = await providers.prepare(wish)
    const wanted = runtime.adapter === null ? 'wasm' : gpuPlacement(wish, bound.isWhole)
    const notes = await openNotes()
    const trusted = await trustLibrary({ model, bound, sessions, wanted, runtime, notes }, signal)
    library.trusted = trusted
    // What was opened to learn about the graphs, or to compare, is not needed beside what runs.
    if (encoderProvider(trusted.placement) !== 'wasm') await sessions.close(bound.encoder, 'wasm')
    return trusted
  }

  /** Null when the encoder has to look and there are no pixels. */
  async function answer(
    library: OpenLibrary,
    { regionPx, imageKey, prompt }: RegionRequest,
    pixels: RgbaImage | null,
    signal: AbortSignal,
  ): Promise<RegionResult | null> {
    const { model, bound, sessions } = library
    const name = embeddingName(model.modelHash, imageKey, regionPx)
    const kept = await embeddings.get(name)
    if (kept === null && pixels === null) return null
    const trusted = await trust(library, signal)
    signal.throwIfAborted()
    let embedding = kept
    if (embedding === null) {
      embedding = await encode(library, trusted, pixels!)
      await embeddings.put(name, embedding, { isWorthDisk: !bound.isWhole })
    }
    signal.throwIfAborted()
    const decoder = await sessions.open(bound.decoder, decoderProvider(trusted.placement))
    const { feedback } = bound.promptable.accepts
    // A model that cannot go on from its former answer starts from the clicks alone.
    const asked = regionPrompt(feedback ? prompt : { ...prompt, former: null }, regionPx)
    const found = await bound.promptable.decode(decoder, embedding, regionPx, asked)
    checkAnswer(found, model.title)
    const { frame, candidates } = found
    const originPx = { x: frame.originPx.x + regionPx.x, y: frame.originPx.y + regionPx.y }
    const { calibration } = bound.promptable
    return {
      answer: { frame: { ...frame, originPx }, candidates, calibration },
      status: await statusOf(library, trusted),
    }
  }

  async function statusOf(
    { model, wish }: OpenLibrary,
    { placement, note }: TrustedPlacement,
  ): Promise<InferenceStatus> {
    const { threads } = await providers.prepare(wish)
    return { modelId: model.id, provider: placement, threads, note }
  }

  return {
    describe: async (model, wish) => {
      const { bound } = await openFor(model, wish)
      const { family, canvasSide, accepts, calibration } = bound.promptable
      return {
        family,
        familyTitle: bound.familyTitle,
        input: { kind: 'image', canvasSide },
        accepts,
        calibration,
      }
    },
    segment: async (request, pixels, signal) => {
      signal.throwIfAborted()
      const library = await openFor(request.model, request.wish)
      refuseUnknownPrompt(library, request)
      try {
        return await answer(library, request, pixels, signal)
      } catch (error) {
        const usesGpu = library.trusted !== null && library.trusted.placement !== 'wasm'
        if (!usesGpu || !isGpuToBlame(error)) {
          // What did not work may hold memory or be damaged: the next call starts afresh.
          if (!(error instanceof AppError)) await close()
          throw failureOf(error, request.model.title)
        }
        providers.giveUpGpu(messageOf(error))
        try {
          return await answer(await openFor(request.model, request.wish), request, pixels, signal)
        } catch (again) {
          throw failureOf(again, request.model.title)
        }
      }
    },
  }
}

/** Graphs of other people may give anything: what our own checks say of it is a failure of the model, with a code. */
function failureOf(error: unknown, title: string): unknown {
  const known = explained(error, title)
  const isCheck = known instanceof Error && known.name === 'Error'
  if (!isCheck) return known
  return new AppError('model/bad-output', `${title} gave what nobody expects: ${known.message}`, {
    cause: error,
  })
}

/** Encoders gain most from a GPU; decoders on WASM are quick, exact, and do not mind how many points they get (models.md §3). */
function gpuPlacement(wish: ProviderWish, isWhole: boolean): Placement {
  return wish === 'webgpu' || isWhole ? 'webgpu' : 'split'
}

/** Throws `model/bad-output` for an encoder that says of this picture what it said of the canary's. */
async function encode(
  { model, bound, sessions }: OpenLibrary,
  { placement, mark }: TrustedPlacement,
  pixels: RgbaImage,
): Promise<Embedding> {
  const encoder = await sessions.open(bound.encoder, encoderProvider(placement))
  const embedding = await bound.promptable.encode(encoder, pixels)
  checkEmbedding(embedding, model.title)
  if (markOf(embedding) === mark) {
    throw new AppError(
      'model/bad-output',
      `${model.title} sees the same in every picture: it ignores its input`,
    )
  }
  return embedding
}

function refuseUnknownPrompt({ model, bound }: OpenLibrary, { prompt: { clicks } }: RegionRequest): void {
  const { accepts } = bound.promptable
  const refuse = (what: string): AppError =>
    new AppError('model/incompatible', `${model.title} takes no ${what}: choose another model for them`)
  if (!accepts.positiveClicks && clicks.some((click) => click.isPositive)) throw refuse('clicks that add')
  if (!accepts.negativeClicks && clicks.some((click) => !click.isPositive))
    throw refuse('clicks that take away')
}

/** Image pixels to pixels of the region. */
function regionPrompt({ boxPx, clicks, former }: RegionRequest['prompt'], { x, y }: Box): RegionPrompt {
  return {
    boxPx: { ...boxPx, x: boxPx.x - x, y: boxPx.y - y },
    clicks: clicks.map(({ pointPx, isPositive }) => ({
      pointPx: { x: pointPx.x - x, y: pointPx.y - y },
      isPositive,
    })),
    former,
  }
}

import { AppError, messageOf } from '../../core/errors'
import { checkEmbedded } from '../../nn/onnx/checkTensors'
import { canaryDifference, canaryOutputs, ignoredInput } from '../../nn/onnx/embeddedCanary'
import { goldenDifference, readGolden } from '../../nn/onnx/embeddedGolden'
import type { EmbeddedSessions } from '../../nn/onnx/session'
import { loadManifestJson, loadModelFile, type FetchLike } from '../modelStore'
import type { Provider } from '../ort'
import { isPassing, openGraph, releaseAll } from './failures'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { WishedSource, Placement } from './inferenceApi'
import type { PreparedRuntime } from './providers'
import { readVerdict, writeVerdict, type Notes, type VerdictKey } from './verdicts'

export interface OpenDeps {
  readonly fetchUrl: FetchLike
  readonly runtime: PreparedRuntime
  readonly notes: Notes
}

export interface OpenedModel {
  readonly sessions: EmbeddedSessions
  readonly status: InferenceStatus
}

/** Greatest relative difference that is still rounding. Half-precision arithmetic on a GPU stays below it. */
const CANARY_TOLERANCE = 0.02

/**
 * Fetches, verifies and opens the embedded model. The first time that these weights meet this runtime they must give
 * the stored numbers on WASM and heed picture and box; the first time on this GPU they must give there what they give on
 * WASM. What was found is remembered. Throws `model/bad-output` when not even WASM gives the stored numbers.
 */
export async function openEmbedded(source: WishedSource, deps: OpenDeps): Promise<OpenedModel> {
  const { model, wish } = source
  const { runtime, notes } = deps
  const { encoder, decoder } = model.files
  const [encoderBytes, decoderBytes] = await Promise.all([
    loadModelFile(source.encoderUrl, encoder, deps.fetchUrl),
    loadModelFile(source.decoderUrl, decoder, deps.fetchUrl),
  ])

  async function open(placement: Placement): Promise<EmbeddedSessions> {
    const on = (file: string, onnx: Uint8Array, provider: Provider) =>
      openGraph(runtime.ort, file, { onnx, externalData: [] }, provider)
    const sessions = {
      encoder: await on(encoder.file, encoderBytes, placement === 'wasm' ? 'wasm' : 'webgpu'),
      decoder: await on(decoder.file, decoderBytes, placement === 'webgpu' ? 'webgpu' : 'wasm'),
    }
    checkEmbedded(sessions, model)
    return sessions
  }
  const opened = (sessions: EmbeddedSessions, provider: Placement, note: string): OpenedModel => ({
    sessions,
    status: { modelId: 'embedded', provider, threads: runtime.threads, note },
  })
  const keyOf = (placement: Placement): VerdictKey => ({
    modelHash: encoder.sha256.slice(0, 32) + decoder.sha256.slice(0, 32),
    placement,
    ortVersion: runtime.ort.version,
    adapter: placement === 'wasm' ? null : runtime.adapter,
  })

  async function openOnWasm(): Promise<EmbeddedSessions> {
    const sessions = await open('wasm')
    if ((await readVerdict(notes, keyOf('wasm'))) === null) {
      const note = await checkAgainstStored(sessions, source, deps.fetchUrl)
      await writeVerdict(notes, keyOf('wasm'), { isTrusted: true, note, mark: null })
    }
    return sessions
  }

  if (runtime.adapter === null) return opened(await openOnWasm(), 'wasm', runtime.reason)
  const placement = wish === 'split' ? 'split' : 'webgpu'
  const known = await readVerdict(notes, keyOf(placement))
  if (known?.isTrusted === false) return opened(await openOnWasm(), 'wasm', known.note)
  if (known !== null) {
    try {
      return opened(await open(placement), placement, known.note)
    } catch (error) {
      return opened(await openOnWasm(), 'wasm', failureNote(error))
    }
  }
  const onWasm = await openOnWasm()
  let onGpu: EmbeddedSessions | null = null
  let note: string
  try {
    onGpu = await open(placement)
    const reference = await canaryOutputs(onWasm, model)
    const difference = canaryDifference(reference, await canaryOutputs(onGpu, model))
    const isTrusted = difference <= CANARY_TOLERANCE
    note = isTrusted
      ? 'agrees with WASM'
      : `WebGPU gave other numbers than WASM (relative difference ${difference.toPrecision(2)})`
    await writeVerdict(notes, keyOf(placement), { isTrusted, note, mark: null })
    if (isTrusted) {
      await releaseAll([onWasm.encoder, onWasm.decoder])
      return opened(onGpu, placement, note)
    }
  } catch (error) {
    note = failureNote(error)
    if (!isPassing(error)) await writeVerdict(notes, keyOf(placement), { isTrusted: false, note, mark: null })
  }
  if (onGpu !== null) await releaseAll([onGpu.encoder, onGpu.decoder])
  return opened(onWasm, 'wasm', note)
}

function failureNote(error: unknown): string {
  return `WebGPU could not run the model: ${messageOf(error)}`
}

/** Throws `model/bad-output`; says what was compared. A host without `golden.json` has nothing to compare with. */
async function checkAgainstStored(
  sessions: EmbeddedSessions,
  { model, goldenUrl }: WishedSource,
  fetchUrl: FetchLike,
): Promise<string> {
  const ignored = ignoredInput(await canaryOutputs(sessions, model), model)
  if (ignored !== null)
    throw new AppError('model/bad-output', `${model.title} gives the same answer whatever the ${ignored} is`)
  let json: unknown
  try {
    json = await loadManifestJson(goldenUrl, fetchUrl)
  } catch (error) {
    return `no stored numbers: ${messageOf(error)}`
  }
  const golden = readGolden(json)
  if (golden === null) return 'no stored numbers'
  const difference = await goldenDifference(sessions, model, golden)
  if (difference <= CANARY_TOLERANCE) return 'gives the stored numbers'
  throw new AppError(
    'model/bad-output',
    `${model.title} gives other numbers here than it was published with (relative difference ${difference.toPrecision(2)})`,
  )
}

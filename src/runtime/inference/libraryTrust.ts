import { AppError, messageOf } from '../../core/errors'
import type { LibraryModel } from '../models/libraryModel'
import { openHalves, type BoundModel } from './boundModel'
import { isGpuToBlame, isPassing } from './failures'
import { compareProbes, isAgreement, probeLibrary, type LibraryProbe } from './libraryCanary'
import type { Placement } from './inferenceApi'
import type { LibrarySessions } from './librarySessions'
import type { PreparedRuntime } from './providers'
import { readVerdict, writeVerdict, type Notes, type Verdict, type VerdictKey } from './verdicts'

export interface TrustedPlacement {
  readonly placement: Placement
  readonly note: string
  /** What the encoder says of the canary's picture, there. */
  readonly mark: string | null
}

/**
 * Decides where a model may run. Once per weights, runtime and GPU: on WASM it must heed its box, on the GPU it must
 * draw the masks that it draws on WASM. That takes an encoder run each, so the verdicts are kept.
 * Throws `model/bad-output` for a model that ignores its input, and what WASM cannot do.
 */
export async function trustLibrary(
  {
    model,
    bound,
    sessions,
    wanted,
    runtime,
    notes,
  }: {
    readonly model: LibraryModel
    readonly bound: BoundModel
    readonly sessions: LibrarySessions
    readonly wanted: Placement
    readonly runtime: PreparedRuntime
    readonly notes: Notes
  },
  signal: AbortSignal,
): Promise<TrustedPlacement> {
  const keyOf = (placement: Placement): VerdictKey => ({
    modelHash: model.modelHash,
    placement,
    ortVersion: runtime.ort.version,
    adapter: placement === 'wasm' ? null : runtime.adapter,
  })
  const probe = async (placement: Placement): Promise<LibraryProbe> => {
    signal.throwIfAborted()
    const { encoder, decoder } = await openHalves(bound, sessions, placement)
    return probeLibrary(bound, model.title, encoder, decoder)
  }

  /** The probe on WASM when it was done just now. */
  async function checkOnWasm(): Promise<{ mark: string | null; probe: LibraryProbe | null }> {
    const known = await readVerdict(notes, keyOf('wasm'))
    if (known?.isTrusted === false) throw new AppError('model/bad-output', known.note)
    if (known !== null) return { mark: known.mark, probe: null }
    let reference: LibraryProbe
    try {
      reference = await probe('wasm')
    } catch (error) {
      const isRefusal = error instanceof AppError && error.code === 'model/bad-output'
      if (isRefusal)
        await writeVerdict(notes, keyOf('wasm'), { isTrusted: false, note: error.message, mark: null })
      throw error
    }
    const { mark } = reference
    await writeVerdict(notes, keyOf('wasm'), { isTrusted: true, note: 'heeds its input', mark })
    return { mark, probe: reference }
  }
  const onWasm = async (note: string): Promise<TrustedPlacement> => ({
    placement: 'wasm',
    note,
    mark: (await checkOnWasm()).mark,
  })

  if (wanted === 'wasm') return onWasm(runtime.reason)
  const known = await readVerdict(notes, keyOf(wanted))
  if (known?.isTrusted === false) return onWasm(known.note)
  if (known !== null) return { placement: wanted, note: known.note, mark: known.mark }
  const reference = (await checkOnWasm()).probe ?? (await probe('wasm'))
  // Two large encoders at once may be more than there is memory for.
  await sessions.close(bound.encoder, 'wasm')
  let verdict: Verdict
  try {
    const candidate = await probe(wanted)
    const agreement = compareProbes(reference, candidate)
    const isTrusted = isAgreement(agreement)
    verdict = {
      isTrusted,
      note: isTrusted
        ? 'agrees with WASM'
        : `WebGPU drew other masks than WASM (agreement ${agreement.maskIou.toFixed(2)}, difference ${agreement.difference.toPrecision(2)})`,
      mark: candidate.mark,
    }
  } catch (error) {
    if (!isGpuToBlame(error)) throw error
    verdict = { isTrusted: false, note: `WebGPU could not run the model: ${messageOf(error)}`, mark: null }
    if (isPassing(error)) {
      await closeGpu(bound, sessions)
      return onWasm(verdict.note)
    }
  }
  await writeVerdict(notes, keyOf(wanted), verdict)
  if (verdict.isTrusted) return { placement: wanted, note: verdict.note, mark: verdict.mark }
  await closeGpu(bound, sessions)
  return onWasm(verdict.note)
}

async function closeGpu({ encoder, decoder }: BoundModel, sessions: LibrarySessions): Promise<void> {
  await sessions.close(encoder, 'webgpu')
  await sessions.close(decoder, 'webgpu')
}

import { AppError, messageOf } from '../../core/errors'
import type { RgbaImage } from '../../core/raster'
import { decodeHalf } from '../../ml/float16'
import type { FeaturePack } from '../../ml/training'
import { prepareBackbone, type RecognisedBackbone } from '../../nn/onnx/backbones/prepareBackbone'
import type { InferenceSession } from '../../nn/onnx/session'
import type { InferenceStatus } from '../../ports/inferenceStatus'
import type { BackboneFacts, LibraryModel } from '../models/libraryModel'
import type { Provider } from '../ort'
import { explained, isGpuToBlame, isPassing, openGraph, releaseAll } from './failures'
import type { ProviderWish } from './inferenceApi'
import type { PreparedRuntime, Providers } from './providers'
import { readVerdict, writeVerdict, type Notes, type VerdictKey } from './verdicts'

export interface LibraryBackbones {
  /** Null when it is no backbone that is known. Throws `model/incompatible`, `model/bad-output`. */
  describe(model: LibraryModel, wish: ProviderWish): Promise<BackboneFacts | null>
  extract(
    model: LibraryModel,
    wish: ProviderWish,
    image: RgbaImage,
    signal: AbortSignal,
  ): Promise<{ readonly features: FeaturePack; readonly status: InferenceStatus }>
}

interface OpenBackbone {
  readonly modelHash: string
  readonly wish: ProviderWish
  readonly backbone: RecognisedBackbone
  readonly session: InferenceSession
  readonly levels: BackboneFacts['levels']
  readonly status: InferenceStatus
}

/** Greatest relative difference between WebGPU and WASM that is still rounding; the embedded model is held to the same. */
const TOLERANCE = 0.02

/** Backbones of the library in the worker: one is open at a time, for weights fill the memory. */
export function createLibraryBackbones({
  providers,
  openNotes,
}: {
  readonly providers: Providers
  readonly openNotes: () => Promise<Notes>
}): LibraryBackbones {
  let open: OpenBackbone | null = null

  async function close(): Promise<void> {
    const former = open
    open = null
    if (former !== null) await releaseAll([former.session])
  }

  async function openFor(model: LibraryModel, wish: ProviderWish): Promise<OpenBackbone | null> {
    const isGpuGone = providers.gpuFault() !== null && open?.status.provider !== 'wasm'
    if (open?.modelHash === model.modelHash && open.wish === wish && !isGpuGone) return open
    await close()
    const { name, graph, externalData } = model.encoder
    const backbone = prepareBackbone(name, await bytesOf(name, graph))
    if (backbone === null) return null
    const runtime = await providers.prepare(wish)
    const openOn = (provider: Provider): Promise<InferenceSession> =>
      openGraph(runtime.ort, name, { onnx: backbone.onnx, externalData }, provider)
    try {
      const trusted = await trust(model, backbone, runtime, openOn, await openNotes())
      const { session, provider, note, levels } = trusted
      const status = { modelId: model.id, provider, threads: runtime.threads, note }
      open = { modelHash: model.modelHash, wish, backbone, session, levels, status }
      return open
    } catch (error) {
      throw explained(error, model.title)
    }
  }

  async function known(model: LibraryModel, wish: ProviderWish): Promise<OpenBackbone> {
    const opened = await openFor(model, wish)
    if (opened !== null) return opened
    throw new AppError('model/incompatible', `${model.title} is no backbone that this version knows`)
  }

  return {
    describe: async (model, wish) => {
      const opened = await openFor(model, wish)
      if (opened === null) return null
      const { spoken, multipleOf, preprocessing } = opened.backbone
      const { levels } = opened
      return { family: spoken.title, kind: spoken.kind, levels, multipleOf, preprocessing }
    },
    extract: async (model, wish, image, signal) => {
      const { backbone, session, status } = await known(model, wish)
      signal.throwIfAborted()
      try {
        return { features: await backbone.extract(session, image), status }
      } catch (error) {
        if (status.provider === 'wasm' || !isGpuToBlame(error)) throw explained(error, model.title)
        providers.giveUpGpu(messageOf(error))
      }
      const onWasm = await known(model, wish)
      try {
        return { features: await onWasm.backbone.extract(onWasm.session, image), status: onWasm.status }
      } catch (error) {
        throw explained(error, model.title)
      }
    },
  }
}

interface Trusted {
  readonly session: InferenceSession
  readonly provider: Provider
  readonly note: string
  readonly levels: BackboneFacts['levels']
}

/**
 * Decides where a backbone runs. Wherever it is opened it must heed a picture; the first time on a GPU it must give there
 * what it gives on WASM, and the verdict is kept.
 */
async function trust(
  model: LibraryModel,
  backbone: RecognisedBackbone,
  runtime: PreparedRuntime,
  openOn: (provider: Provider) => Promise<InferenceSession>,
  notes: Notes,
): Promise<Trusted> {
  const opened = async (provider: Provider, note: string): Promise<Trusted & { probe: FeaturePack }> => {
    const session = await openOn(provider)
    try {
      const probe = await look(backbone, session, model.title)
      const levels = probe.levels.map(({ stride, channels }) => ({ stride, channels }))
      return { session, provider, note, levels, probe }
    } catch (error) {
      await releaseAll([session])
      throw error
    }
  }
  if (runtime.adapter === null) return opened('wasm', runtime.reason)
  const key: VerdictKey = {
    modelHash: model.modelHash,
    placement: 'webgpu',
    ortVersion: runtime.ort.version,
    adapter: runtime.adapter,
  }
  const verdict = await readVerdict(notes, key)
  if (verdict?.isTrusted === false) return opened('wasm', verdict.note)
  let note = verdict?.note ?? 'agrees with WASM'
  try {
    if (verdict !== null) return await opened('webgpu', note)
    // One after the other: two sets of weights may be more than there is memory for.
    const onWasm = await opened('wasm', '')
    await releaseAll([onWasm.session])
    const onGpu = await opened('webgpu', note)
    const difference = differenceOf(onWasm.probe, onGpu.probe)
    const isTrusted = difference <= TOLERANCE
    if (!isTrusted)
      note = `WebGPU gave other numbers than WASM (relative difference ${difference.toPrecision(2)})`
    await writeVerdict(notes, key, { isTrusted, note, mark: null })
    if (isTrusted) return onGpu
    await releaseAll([onGpu.session])
  } catch (error) {
    if (!isGpuToBlame(error)) throw error
    note = `WebGPU could not run the model: ${messageOf(error)}`
    if (!isPassing(error)) await writeVerdict(notes, key, { isTrusted: false, note, mark: null })
  }
  return opened('wasm', note)
}

/** Features of a small picture. Throws `model/bad-output` when another picture gives the same. */
async function look(
  backbone: RecognisedBackbone,
  session: InferenceSession,
  title: string,
): Promise<FeaturePack> {
  const first = await backbone.extract(session, probePicture(backbone.multipleOf, 37))
  const other = await backbone.extract(session, probePicture(backbone.multipleOf, 101))
  if (differenceOf(first, other) > 1e-6) return first
  throw new AppError('model/bad-output', `${title} sees the same in every picture: it ignores its input`)
}

/** Three by two cells of noise: not square, so that a mixed-up width and height shows. */
function probePicture(cell: number, salt: number): RgbaImage {
  const [width, height] = [3 * cell, 2 * cell]
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i * salt + (i >> 8) * 11) % 256)
  return { width, height, data }
}

/** Greatest difference of any level, relative to that level's greatest value. */
function differenceOf(reference: FeaturePack, other: FeaturePack): number {
  let worst = 0
  for (const [i, level] of reference.levels.entries()) {
    const a = decodeHalf(level.data)
    const b = decodeHalf(other.levels[i]!.data)
    let largest = 1e-6
    let difference = 0
    for (let k = 0; k < a.length; k++) {
      largest = Math.max(largest, Math.abs(a[k]!))
      difference = Math.max(difference, Math.abs(a[k]! - b[k]!))
    }
    worst = Math.max(worst, difference / largest)
  }
  return worst
}

async function bytesOf(name: string, graph: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await graph.arrayBuffer())
  } catch (cause) {
    // A file that was deleted, or changed on the disk, after it was handed over.
    throw new AppError('model/missing', `${name} can no longer be read`, { cause })
  }
}

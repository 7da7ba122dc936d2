import { AppError, messageOf } from '../../core/errors'
import { canaryDifference } from '../../nn/onnx/embeddedCanary'
import { checkEmbedded } from '../../nn/onnx/checkTensors'
import type { EmbeddedSessions } from '../../nn/onnx/session'
import { loadModelFile, type FetchLike } from '../modelStore'
import type { OpenSession } from '../ort'
import type { InferenceStatus, ModelSource } from './inferenceApi'

export interface OpenDeps {
  readonly fetchUrl: FetchLike
  readonly openSession: OpenSession
  /** False: the runtime was loaded without WebGPU. */
  readonly usesGpu: boolean
  readonly threads: number
}

export interface OpenedModel {
  readonly sessions: EmbeddedSessions
  readonly status: InferenceStatus
}

/** Greatest relative difference to WASM that is still rounding. Half-precision arithmetic on a GPU stays below it. */
const CANARY_TOLERANCE = 0.02

/**
 * Fetches, verifies and opens the embedded model. WASM always opens first: it is the reference of the canary and
 * the way back when WebGPU cannot run the graphs or gives other numbers.
 */
export async function openEmbedded(source: ModelSource, deps: OpenDeps): Promise<OpenedModel> {
  const { model } = source
  const [encoder, decoder] = await Promise.all([
    loadModelFile(source.encoderUrl, model.files.encoder, deps.fetchUrl),
    loadModelFile(source.decoderUrl, model.files.decoder, deps.fetchUrl),
  ])
  const open = async (provider: 'wasm' | 'webgpu'): Promise<EmbeddedSessions> => ({
    encoder: await deps.openSession(encoder, provider),
    decoder: await deps.openSession(decoder, provider),
  })
  const onWasm = await asIncompatible(model.files.encoder.file, open('wasm'))
  checkEmbedded(onWasm, model)
  const wasm = (note: string): OpenedModel => ({
    sessions: onWasm,
    status: { provider: 'wasm', threads: deps.threads, note },
  })
  if (!deps.usesGpu) {
    return wasm(source.wish === 'wasm' ? 'WASM was asked for' : 'no GPU that the browser can use')
  }
  try {
    const onGpu = await open('webgpu')
    const difference = await canaryDifference(onWasm, onGpu, model)
    const agrees = difference <= CANARY_TOLERANCE
    await release(agrees ? onWasm : onGpu)
    if (!agrees)
      return wasm(`WebGPU gave other numbers than WASM (relative difference ${difference.toPrecision(2)})`)
    return {
      sessions: onGpu,
      status: { provider: 'webgpu', threads: deps.threads, note: 'agrees with WASM' },
    }
  } catch (error) {
    return wasm(`WebGPU could not run the model: ${messageOf(error)}`)
  }
}

export async function release({ encoder, decoder }: EmbeddedSessions): Promise<void> {
  await encoder.release()
  await decoder.release()
}

async function asIncompatible<T>(file: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(
      'model/incompatible',
      `${file} cannot be opened by this version: ${messageOf(cause)}`,
      { cause },
    )
  }
}

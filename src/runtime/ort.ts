import asyncifyMjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'
import asyncifyWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'
import plainMjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url'
import plainWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import { AppError, messageOf } from '../core/errors'
import type { InferenceSession } from '../nn/onnx/session'
import { failingLoudly, watchDevice, type DeviceWatch, type WatchedDevice } from './gpuDevice'
import { ortSession } from './ortSession'
import { wasmThreads } from './wasmThreads'

type Ort = typeof import('onnxruntime-web/webgpu')

/** `wasm` is half the size and starts in half the time; `webgpu` also runs the wasm provider. */
export type OrtFlavour = 'wasm' | 'webgpu'

/** What runs one graph. */
export type Provider = 'wasm' | 'webgpu'

/** A graph's bytes and the files of weights it names, under the very names it recorded. */
export interface GraphBytes {
  readonly onnx: Uint8Array
  readonly externalData: readonly { readonly path: string; readonly data: Blob }[]
}

export interface OrtRuntime {
  /** Of ONNX Runtime: what was checked with one version is not known for the next. */
  readonly version: string
  /**
   * Throws `runtime/no-backend` when the runtime cannot start; what a graph does not fit throws plain errors. A session on
   * WebGPU fails loudly when the device reports an error or is lost.
   */
  open(graph: GraphBytes, provider: Provider): Promise<InferenceSession>
}

/**
 * The only import of ONNX Runtime. Two builds of it in one worker would fight over their globals, so call this once a
 * worker.
 */
export async function loadOrt(flavour: OrtFlavour): Promise<OrtRuntime> {
  const ort = await importOrt(flavour)
  // Both files are named: with the wasm file alone the production build hangs at the first session with two threads,
  // because the thread workers then start from our own script.
  ort.env.wasm.wasmPaths =
    flavour === 'webgpu'
      ? { mjs: asyncifyMjsUrl, wasm: asyncifyWasmUrl }
      : { mjs: plainMjsUrl, wasm: plainWasmUrl }
  ort.env.wasm.numThreads = wasmThreads()
  ort.env.logLevel = 'error'
  let device: DeviceWatch | null = null
  return {
    version: ort.env.versions.web ?? ort.env.versions.common,
    open: async ({ onnx, externalData }, provider) => {
      try {
        const session = ortSession(
          await ort.InferenceSession.create(onnx, {
            executionProviders: [provider],
            graphOptimizationLevel: 'all',
            externalData,
          }),
          ort.Tensor,
        )
        if (provider === 'wasm') return session
        device ??= watchDevice((await ort.env.webgpu.device) as WatchedDevice)
        return failingLoudly(session, device)
      } catch (cause) {
        const message = messageOf(cause)
        if (!/no available backend/i.test(message)) throw cause
        throw new AppError('runtime/no-backend', `ONNX Runtime could not start: ${message}`, { cause })
      }
    },
  }
}

async function importOrt(flavour: OrtFlavour): Promise<Ort> {
  try {
    return flavour === 'webgpu'
      ? await import('onnxruntime-web/webgpu')
      : await import('onnxruntime-web/wasm')
  } catch (cause) {
    throw new AppError('runtime/no-backend', `ONNX Runtime could not be loaded: ${messageOf(cause)}`, {
      cause,
    })
  }
}

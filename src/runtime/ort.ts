import asyncifyMjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'
import asyncifyWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'
import plainMjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url'
import plainWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import { AppError, messageOf } from '../core/errors'
import type { InferenceSession } from '../nn/onnx/session'
import { ortSession } from './ortSession'
import { wasmThreads } from './wasmThreads'

type Ort = typeof import('onnxruntime-web/webgpu')

/** `wasm` is half the size and starts in half the time; `webgpu` also runs the wasm provider. */
export type OrtFlavour = 'wasm' | 'webgpu'

export type OpenSession = (onnx: Uint8Array, provider: 'wasm' | 'webgpu') => Promise<InferenceSession>

/**
 * The only import of ONNX Runtime. Two builds of it in one worker would fight over their globals, so call this once a
 * worker. Opening throws `runtime/no-backend` when the runtime cannot start; what a graph does not fit throws plain errors.
 */
export async function loadOrt(flavour: OrtFlavour): Promise<OpenSession> {
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
  return async (onnx, provider) => {
    try {
      const session = ortSession(
        await ort.InferenceSession.create(onnx, {
          executionProviders: [provider],
          graphOptimizationLevel: 'all',
        }),
        ort.Tensor,
      )
      if (provider === 'wasm') return session
      device ??= watchDevice(await ort.env.webgpu.device)
      return failingLoudly(session, device)
    } catch (cause) {
      const message = messageOf(cause)
      if (!/no available backend/i.test(message)) throw cause
      throw new AppError('runtime/no-backend', `ONNX Runtime could not start: ${message}`, { cause })
    }
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

interface DeviceWatch {
  /** The last error that WebGPU reported outside any call; null while there was none. */
  fault(): string | null
}

/** A failed GPU command leaves tensors at zero and says so only by this event. */
function watchDevice(device: EventTarget): DeviceWatch {
  let fault: string | null = null
  device.addEventListener('uncapturederror', (event) => {
    fault = (event as Event & { readonly error: { readonly message: string } }).error.message
  })
  return { fault: () => fault }
}

/** Turns a device's silent fault into a failed run, so that nobody takes its zeros for an answer. */
function failingLoudly(session: InferenceSession, device: DeviceWatch): InferenceSession {
  return {
    ...session,
    run: async (feeds) => {
      const outputs = await session.run(feeds)
      const fault = device.fault()
      if (fault !== null) throw new Error(`the GPU reported an error: ${fault}`)
      return outputs
    },
  }
}

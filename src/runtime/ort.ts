import * as ort from 'onnxruntime-web/webgpu'
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'
import { AppError, messageOf } from '../core/errors'
import type { InferenceSession } from '../nn/onnx/session'
import { ortSession } from './ortSession'
import { wasmThreads } from './wasmThreads'

/**
 * The only import of ONNX Runtime. Both of its files are named: with the wasm file alone the production build
 * hangs at the first session with two threads, because the thread workers then start from our own script.
 */
ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl }
ort.env.wasm.numThreads = wasmThreads()
ort.env.logLevel = 'error'

/** Throws `runtime/no-backend` when the runtime itself cannot start; what a graph does not fit throws plain errors. */
export async function openSession(onnx: Uint8Array, provider: 'wasm' | 'webgpu'): Promise<InferenceSession> {
  try {
    const session = await ort.InferenceSession.create(onnx, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
    })
    if (provider === 'webgpu') await watchDevice()
    return provider === 'webgpu'
      ? failingLoudly(ortSession(session, ort.Tensor))
      : ortSession(session, ort.Tensor)
  } catch (cause) {
    const message = messageOf(cause)
    if (!/no available backend/i.test(message)) throw cause
    throw new AppError('runtime/no-backend', `ONNX Runtime could not start: ${message}`, { cause })
  }
}

/** The last error that WebGPU reported outside any call; null while there was none. */
let deviceFault: string | null = null
let isWatching = false

/** A failed GPU command leaves tensors at zero and says so only by this event. */
async function watchDevice(): Promise<void> {
  if (isWatching) return
  isWatching = true
  const device: EventTarget = await ort.env.webgpu.device
  device.addEventListener('uncapturederror', (event) => {
    deviceFault = (event as Event & { readonly error: { readonly message: string } }).error.message
  })
}

/** Turns a device's silent fault into a failed run, so that nobody takes its zeros for an answer. */
function failingLoudly(session: InferenceSession): InferenceSession {
  return {
    ...session,
    run: async (feeds) => {
      const outputs = await session.run(feeds)
      if (deviceFault !== null) throw new Error(`the GPU reported an error: ${deviceFault}`)
      return outputs
    },
  }
}

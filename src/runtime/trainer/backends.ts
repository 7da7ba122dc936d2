import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-backend-webgpu'
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { messageOf } from '../../core/errors'
import { provideKernelThreads } from '../../nn/kernels/kernelRunner'
import { installOwnKernels } from '../../nn/kernels/ownKernels'
import { repairWasmKernels } from '../../nn/ops/wasmKernels'
import { tf } from '../../nn/tf'
import { probeGpuAdapter } from '../gpuAdapter'
import { wasmThreads } from '../wasmThreads'
import { startKernelThread } from './kernelThread'
import { serveThreadsFromOrigin } from './sameOriginThreads'
import type { BackendHost } from './chooseBackend'

/** A backend that has not started by then will not. */
const START_TIMEOUT_MS = 20_000

/** The backends of this worker, their files served by the app itself. */
export function createBackendHost(): BackendHost {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': wasmUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
  })
  serveThreadsFromOrigin(self)
  repairWasmKernels()
  installOwnKernels()
  const threads = wasmThreads()
  // The own kernels have threads of their own. Those of TensorFlow.js spin while they wait, and would take the processor
  // from them; for the few operations that are left to it, one is enough.
  setThreadsCount(1)
  provideKernelThreads(threads - 1, startKernelThread)
  // Without threads the plain SIMD build is the smaller and the safer one.
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  return {
    threads,
    probeGpu: probeGpuAdapter,
    whenLost: () => deviceLoss(tf.backend()),
    start: async (name) => {
      try {
        return (await withinTime(tf.setBackend(name))) ? null : 'it did not start'
      } catch (error) {
        return messageOf(error)
      }
    },
  }
}

/** A lost device answers nothing more, so a step that waits for it would wait for ever. */
function deviceLoss(backend: unknown): Promise<string> {
  const { device } = backend as { device?: { readonly lost?: Promise<{ readonly message: string }> } }
  if (device?.lost === undefined) return new Promise(() => {})
  return device.lost.then(({ message }) => message || 'the driver gave no reason')
}

function withinTime(starting: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer in ${START_TIMEOUT_MS / 1000} s`)),
      START_TIMEOUT_MS,
    )
    starting.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

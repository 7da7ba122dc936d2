import type { KernelThreadSetup } from '../../nn/kernels/kernelThreads'

/** A further thread for the own kernels. It ends with the worker that started it. */
export function startKernelThread(setup: KernelThreadSetup): void {
  const worker = new Worker(new URL('./kernelThread.worker.ts', import.meta.url), { type: 'module' })
  worker.postMessage(setup)
}

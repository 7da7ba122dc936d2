/** More threads than this gain nothing at the sizes of our networks. */
const MAX_THREADS = 4

/** Threads that wasm runtimes may use: shared memory needs an isolated page, else 1. Works on the page and in a worker. */
export function wasmThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1
}

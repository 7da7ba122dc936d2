import threadedScriptUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?url'

/** What TensorFlow.js posts to each of its threads first: the library's script as a Blob. */
interface LoadMessage {
  readonly cmd: 'load'
  readonly urlOrBlob: Blob | string
}

/**
 * Lets the wasm threads of TensorFlow.js start under a content policy without `blob:` scripts. Its threads import the
 * library's script from a Blob, which `script-src 'self'` refuses; they take an address as well, so each first message
 * gets the address of the same script as the app serves it. Call once in the worker, before the backend starts.
 */
export function serveThreadsFromOrigin(scope: { Worker: typeof Worker }): void {
  const NativeWorker = scope.Worker
  scope.Worker = class extends NativeWorker {
    override postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
      const sent = isLoadMessage(message)
        ? { ...message, urlOrBlob: new URL(threadedScriptUrl, location.href).href }
        : message
      if (Array.isArray(options)) super.postMessage(sent, options)
      else super.postMessage(sent, options)
    }
  }
}

function isLoadMessage(message: unknown): message is LoadMessage {
  const load = message as Partial<LoadMessage> | null
  return load?.cmd === 'load' && load.urlOrBlob instanceof Blob
}

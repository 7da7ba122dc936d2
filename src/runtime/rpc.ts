import * as Comlink from 'comlink'
import { fromWire, toWire, type ErrorWire } from '../core/errors'

/**
 * Calls across a worker boundary: Comlink plus two transfer handlers.
 *
 * - An `AbortSignal` argument arrives as a live signal: its abort crosses as a message, so the callee sees it
 *   the next time it yields.
 * - A thrown error crosses as data and arrives as the `AppError`, `AbortError` or `Error` it was (no `cause`).
 *
 * Only arguments of the first level are looked at: pass `signal` and `proxy(onProgress)` as arguments of their
 * own, not inside an options object.
 */

export type Remote<T> = Comlink.Remote<T>
export type Endpoint = Comlink.Endpoint

/** Answers calls to `api` that arrive at `endpoint`; in a worker the endpoint is the worker itself. */
export function serve(api: object, endpoint?: Endpoint): void {
  Comlink.expose(api, endpoint)
}

/** The other side's `serve`d object; every method returns a promise. */
export function connect<T>(endpoint: Endpoint): Remote<T> {
  return Comlink.wrap<T>(endpoint)
}

/** Marks a callback so that it stays here and is called from the other side. */
export const proxy = Comlink.proxy

/** Marks buffers of an argument or a result as given away instead of copied; they are empty here afterwards. */
export const transfer = Comlink.transfer

interface SignalWire {
  readonly isAborted: boolean
  readonly port: MessagePort
}

const abortSignals: Comlink.TransferHandler<AbortSignal, SignalWire> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize: (signal) => {
    const { port1, port2 } = new MessageChannel()
    const tell = (): void => {
      port1.postMessage('abort')
      port1.close()
    }
    if (!signal.aborted) signal.addEventListener('abort', tell, { once: true })
    return [{ isAborted: signal.aborted, port: port2 }, [port2]]
  },
  deserialize: ({ isAborted, port }) => {
    const controller = new AbortController()
    if (isAborted) {
      controller.abort()
      port.close()
      return controller.signal
    }
    port.onmessage = () => {
      controller.abort()
      port.close()
    }
    return controller.signal
  },
}

// Comlink marks a thrown value with a symbol it does not export; its own handler knows how to recognise it.
const comlinkThrow = Comlink.transferHandlers.get('throw')!

const thrownErrors: Comlink.TransferHandler<{ value: unknown }, ErrorWire> = {
  canHandle: (value): value is { value: unknown } => comlinkThrow.canHandle(value),
  serialize: ({ value }) => [toWire(value), []],
  deserialize: (wire) => {
    throw fromWire(wire)
  },
}

Comlink.transferHandlers.set('abortSignal', abortSignals)
Comlink.transferHandlers.set('throw', thrownErrors)

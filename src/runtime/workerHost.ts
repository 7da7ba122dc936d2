import { AppError } from '../core/errors'
import type { Lane } from '../core/job'
import { connect, type Remote } from './rpc'

/** A running worker as the host sees it; tests hand in a fake. */
export interface StartedWorker<T> {
  readonly api: Remote<T>
  terminate(): void
  /** Called when the worker dies by itself: an uncaught error, or a script that cannot be loaded. */
  onCrash(listener: (message: string) => void): void
}

export interface WorkerHostOptions<T> {
  /** What the worker is for, in error messages: "segmenter", "trainer". */
  readonly name: string
  readonly start: () => StartedWorker<T>
  /** Whether a call that failed so leaves a worker that is good for nothing: the waiting calls get a fresh one. */
  readonly spoils?: (error: unknown) => boolean
  /** How long a cancelled call may take to stop by itself before the worker is terminated. */
  readonly graceMs?: number
  /** How long a worker without calls is kept. */
  readonly idleMs?: number
}

/**
 * One worker, one call at a time. Waiting calls queue in two lanes; `interactive` overtakes `batch`.
 *
 * - A failed call never touches the next.
 * - Cancel: a waiting call leaves the queue at once. A running one is asked through its signal; a call that
 *   cannot listen (inside wasm) ends with the worker after `graceMs`. Both reject with `AbortError`, and the
 *   waiting calls run on a fresh worker.
 * - A failure that spoils the worker (a full wasm heap) rejects its call; the waiting ones run on a fresh worker.
 * - A worker that dies rejects the running call with `runtime/worker-crashed`; the waiting ones run on a fresh worker.
 */
export interface WorkerHost<T> {
  run<R>(lane: Lane, signal: AbortSignal, call: WorkerCall<T, R>): Promise<R>
  /** Terminates the worker; running and waiting calls reject with `AbortError`. */
  dispose(): void
}

/** `signal` is the call's own, made to be passed to the worker. It is aborted, to free its port, once the call is over. */
type WorkerCall<T, R> = (api: Remote<T>, signal: AbortSignal) => Promise<R>

interface Entry<T> {
  readonly controller: AbortController
  readonly call: WorkerCall<T, unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  isCancelled: boolean
}

type Timer = ReturnType<typeof setTimeout>

export function createWorkerHost<T>(options: WorkerHostOptions<T>): WorkerHost<T> {
  const { name, start, graceMs = 2000, idleMs = 60_000, spoils = () => false } = options
  const waiting: { readonly [L in Lane]: Entry<T>[] } = { interactive: [], batch: [] }
  let worker: StartedWorker<T> | null = null
  let running: Entry<T> | null = null
  let graceTimer: Timer | undefined
  let idleTimer: Timer | undefined

  function retire(): void {
    clearTimeout(idleTimer)
    worker?.terminate()
    worker = null
  }

  function freshWorker(): StartedWorker<T> {
    const started = start()
    started.onCrash((message) => {
      if (worker !== started) return
      retire()
      if (running !== null) finish(running, { error: crashed(message) })
    })
    return started
  }

  function crashed(message: string, cause?: unknown): AppError {
    return new AppError('runtime/worker-crashed', `the ${name} worker stopped: ${message}`, { cause })
  }

  function finish(entry: Entry<T>, outcome: { value: unknown } | { error: unknown }): void {
    if (running !== entry) return
    running = null
    clearTimeout(graceTimer)
    if ('error' in outcome && spoils(outcome.error)) retire()
    if (entry.isCancelled) entry.reject(abortError())
    else if ('error' in outcome) entry.reject(outcome.error)
    else entry.resolve(outcome.value)
    entry.controller.abort()
    startNext()
  }

  function startNext(): void {
    if (running !== null) return
    clearTimeout(idleTimer)
    const entry = waiting.interactive.shift() ?? waiting.batch.shift()
    if (entry === undefined) {
      if (worker !== null) idleTimer = setTimeout(retire, idleMs)
      return
    }
    running = entry
    try {
      worker ??= freshWorker()
      entry.call(worker.api, entry.controller.signal).then(
        (value) => finish(entry, { value }),
        (error: unknown) => finish(entry, { error }),
      )
    } catch (error) {
      finish(entry, { error: worker === null ? crashed('it could not be started', error) : error })
    }
  }

  function cancel(entry: Entry<T>): void {
    if (entry.isCancelled) return
    entry.isCancelled = true
    if (running === entry) {
      entry.controller.abort()
      graceTimer = setTimeout(() => {
        retire()
        finish(entry, { error: abortError() })
      }, graceMs)
      return
    }
    for (const lane of [waiting.interactive, waiting.batch]) {
      const at = lane.indexOf(entry)
      if (at >= 0) lane.splice(at, 1)
    }
    entry.reject(abortError())
  }

  return {
    run: <R>(lane: Lane, signal: AbortSignal, call: WorkerCall<T, R>) =>
      new Promise<R>((resolve, reject) => {
        if (signal.aborted) {
          reject(abortError())
          return
        }
        const forget = (): void => signal.removeEventListener('abort', onAbort)
        const entry: Entry<T> = {
          controller: new AbortController(),
          call,
          resolve: (value) => {
            forget()
            resolve(value as R) // the queue holds calls of every type; each entry closes over its own promise
          },
          reject: (error) => {
            forget()
            reject(error as Error)
          },
          isCancelled: false,
        }
        const onAbort = (): void => cancel(entry)
        signal.addEventListener('abort', onAbort, { once: true })
        waiting[lane].push(entry)
        startNext()
      }),
    dispose: () => {
      retire()
      for (const entry of [...waiting.interactive, ...waiting.batch]) cancel(entry)
      if (running !== null) {
        running.isCancelled = true
        finish(running, { error: abortError() })
      }
    },
  }
}

/** Wraps a DOM worker whose script calls `serve(api)`. */
export function startedWorker<T>(worker: Worker): StartedWorker<T> {
  return {
    api: connect<T>(worker),
    terminate: () => worker.terminate(),
    onCrash: (listener) => {
      worker.addEventListener('error', (event) => listener(event.message || 'its script could not be run'))
      worker.addEventListener('messageerror', () => listener('a message could not be read'))
    },
  }
}

function abortError(): Error {
  return new DOMException('the operation was cancelled', 'AbortError')
}

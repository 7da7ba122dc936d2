import { AppError } from '../../core/errors'
import { openClassifier, type OpenClassifier } from '../../nn/cam/openClassifier'
import { trainClassifier } from '../../nn/cam/trainClassifier'
import { passesSelfTest } from '../../nn/train/selfTest'
import { transfer } from '../rpc'
import { chooseBackend, type BackendHost } from '../trainer/chooseBackend'
import type { ClassifierApi } from './classifierApi'

export interface ClassifierServiceOptions {
  readonly backends: BackendHost
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Resolves in a later task, so that messages get in. */
  readonly nextTask: () => Promise<void>
}

/** The worker's side: chooses the backend, trains, and answers about views with the classifier that it opened last. */
export function createClassifierService({
  backends,
  now,
  nextTask,
}: ClassifierServiceOptions): ClassifierApi {
  let isStopped = false
  let hasBackend = false
  let opened: { readonly key: string; readonly classifier: OpenClassifier } | null = null

  function close(): void {
    opened?.classifier.close()
    opened = null
  }

  return {
    stop: () => {
      isStopped = true
    },
    train: async (spec, examples, validation, previews, cropFeatures, onEvent, signal) => {
      isStopped = false
      // Its tensors live on the backend that was.
      close()
      const chosen = await chooseBackend(spec.backend, backends, passesSelfTest)
      hasBackend = true
      await onEvent({ kind: 'backend', ...chosen })
      const events = trainClassifier(spec, examples, validation, previews, {
        signal,
        now,
        breathe: nextTask,
        isStopped: () => isStopped,
        cropFeatures,
      })
      const lost = backends.whenLost?.().then((reason): never => {
        throw new AppError('runtime/worker-crashed', `the classifier lost the GPU: ${reason}`)
      })
      // It may be lost when the training is over.
      lost?.catch(() => undefined)
      for (;;) {
        const next = await Promise.race(lost === undefined ? [events.next()] : [events.next(), lost])
        if (next.done === true) return transfer(next.value, [next.value.bytes.buffer])
        // Awaited, so that the last events arrive before the result: they travel on another port.
        const event = next.value
        await onEvent(event.kind === 'cam' ? transfer(event, [event.map.buffer]) : event)
      }
    },
    look: async (key, bytes, view, methodId) => {
      if (!hasBackend) await startAny(backends)
      hasBackend = true
      if (opened?.key !== key) {
        close()
        opened = { key, classifier: openClassifier(bytes) }
      }
      const answer = await opened.classifier.lookAt(view, methodId)
      return transfer(answer, [answer.scores.buffer, answer.maps.buffer])
    },
  }
}

/** A look is a single pass of a small network: the processor is good enough, and a training has tested it before. */
async function startAny(backends: BackendHost): Promise<void> {
  const reasons: string[] = []
  for (const name of ['wasm', 'cpu'] as const) {
    const problem = await backends.start(name)
    if (problem === null) return
    reasons.push(`${name}: ${problem}`)
  }
  throw new AppError('runtime/no-backend', `nothing here can run a classifier: ${reasons.join('; ')}`)
}

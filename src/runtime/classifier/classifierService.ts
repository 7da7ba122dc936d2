import type { ClassifierEvent } from '../../ml/cam/classifier'
import { openClassifier, type LiveClassifier } from '../../nn/cam/lookAt'
import { trainClassifier } from '../../nn/cam/trainClassifier'
import { passesSelfTest } from '../../nn/train/selfTest'
import { transfer } from '../rpc'
import { chooseBackend, type BackendHost, type BackendName } from '../trainer/chooseBackend'
import type { ClassifierApi } from './classifierApi'

export interface ClassifierServiceOptions {
  readonly backends: BackendHost
  readonly now: () => number
  /** Resolves in a later task, so that messages get in. */
  readonly nextTask: () => Promise<void>
}

/** The worker's side of classifiers: chooses the backend once, trains, and keeps the classifier that was asked last. */
export function createClassifierService({
  backends,
  now,
  nextTask,
}: ClassifierServiceOptions): ClassifierApi {
  let isStopped = false
  let started: {
    readonly wish: BackendName | null
    readonly note: string
    readonly backend: BackendName
  } | null = null
  let opened: { readonly key: string; readonly classifier: LiveClassifier } | null = null

  /** The self-test takes a second: once a worker is enough, unless another backend is asked for. */
  async function start(wish: BackendName | null): Promise<NonNullable<typeof started>> {
    if (started === null || (wish !== null && wish !== started.backend)) {
      opened?.classifier.dispose()
      opened = null
      started = { wish, ...(await chooseBackend(wish, backends, passesSelfTest)) }
    }
    return started
  }

  return {
    stop: () => {
      isStopped = true
    },
    train: async (spec, examples, validation, previews, cropFeatures, onEvents, signal) => {
      isStopped = false
      const { backend, note } = await start(spec.backend)
      await onEvents([{ kind: 'backend', backend, note }])
      const events = trainClassifier(spec, examples, validation, previews, {
        signal,
        now,
        breathe: nextTask,
        isStopped: () => isStopped,
        cropFeatures,
      })
      let waiting: ClassifierEvent[] = []
      for (;;) {
        const next = await events.next()
        if (next.done === true) {
          if (waiting.length > 0) await onEvents(waiting)
          return transfer(next.value, [next.value.bytes.buffer])
        }
        // The pictures of an epoch travel together with the report that they follow.
        if (next.value.kind === 'epoch' && waiting.length > 0) {
          await onEvents(waiting)
          waiting = []
        }
        waiting.push(next.value)
      }
    },
    look: async (key, bytes, view, methodId) => {
      await start(null)
      if (opened?.key !== key) {
        if (bytes === null) return 'unknown'
        const classifier = openClassifier(bytes)
        opened?.classifier.dispose()
        opened = { key, classifier }
      }
      const answer = await opened.classifier.look(view, methodId)
      return transfer(answer, [answer.maps.buffer])
    },
  }
}

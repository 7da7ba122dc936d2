import { AppError, isAbort } from '../../core/errors'
import type { ClassifierView } from '../../ml/cam/classifier'
import type { DefectClassifier } from '../../ports/defectClassifier'
import { proxy, transfer, type Remote } from '../rpc'
import { createWorkerHost, startedWorker, type StartedWorker } from '../workerHost'
import type { ClassifierApi } from './classifierApi'

/** A step may take seconds on a slow machine; only after this is a cancelled call ended with its worker. */
const GRACE_MS = 10_000
/** Between the looks at two pictures their features are computed elsewhere. */
const IDLE_MS = 30_000

export interface ClassifierClientOptions {
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<ClassifierApi>
  readonly graceMs?: number
}

/** Classifiers in a worker of their own. Examples and crops are moved there, a view that is looked at is copied. */
export function createClassifierClient({
  start = startClassifierWorker,
  graceMs = GRACE_MS,
}: ClassifierClientOptions = {}): DefectClassifier {
  const worker = createWorkerHost<ClassifierApi>({
    name: 'classifier',
    start,
    graceMs,
    idleMs: IDLE_MS,
    spoils,
  })
  return {
    train: (spec, examples, validation, previews, cropFeatures, onEvent, { signal }) => {
      let remote: Remote<ClassifierApi> | null = null
      // What is asked before the training begins is told when it does.
      let isStopped = false
      const finished = worker.run('batch', signal, (api, callSignal) => {
        remote = api
        const running = api.train(
          spec,
          transfer(examples, buffersOf(examples)),
          transfer(validation, buffersOf(validation)),
          previews,
          proxy(async (requests) => {
            const views = await cropFeatures(requests)
            return transfer(views, buffersOf(views))
          }),
          proxy(onEvent),
          callSignal,
        )
        if (isStopped) void api.stop()
        return running
      })
      const forget = (): void => {
        remote = null
      }
      finished.then(forget, forget)
      return {
        finished,
        stop: () => {
          isStopped = true
          void remote?.stop()
        },
      }
    },
    look: ({ key, bytes }, view, methodId, { signal }) =>
      worker.run('interactive', signal, (api) => api.look(key, bytes, view, methodId)),
  }
}

/** Each buffer once: views may share what is equal in them. */
function buffersOf(views: readonly ClassifierView[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { features } of views) {
    for (const { data } of features.levels) buffers.add(data.buffer)
  }
  return [...buffers]
}

/** What failed in a way that nobody foresaw, and a lost GPU above all, leaves a backend that is good for nothing. */
function spoils(error: unknown): boolean {
  return error instanceof AppError ? error.code === 'runtime/worker-crashed' : !isAbort(error)
}

function startClassifierWorker(): StartedWorker<ClassifierApi> {
  return startedWorker(
    new Worker(new URL('./classifier.worker.ts', import.meta.url), { type: 'module', name: 'classifier' }),
  )
}

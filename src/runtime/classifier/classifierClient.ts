import { AppError, isAbort } from '../../core/errors'
import type { ClassifierView } from '../../ml/cam/classifier'
import type { DefectClassifier } from '../../ports/defectClassifier'
import { proxy, transfer, type Remote } from '../rpc'
import { createWorkerHost, startedWorker, type StartedWorker } from '../workerHost'
import type { ClassifierApi } from './classifierApi'

/** A step takes a fraction of a second; only after this is a cancelled training ended with its worker. */
const GRACE_MS = 10_000
/** Between two looks features are computed and pictures painted over: a worker that went would have to start anew. */
const IDLE_MS = 30_000

export interface ClassifierClientOptions {
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<ClassifierApi>
  readonly graceMs?: number
}

/** Classifiers in a worker of their own. Training examples are moved there, not copied. */
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
          proxy((events) => {
            for (const event of events) onEvent(event)
          }),
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
          if (remote !== null) void remote.stop()
        },
      }
    },
    look: ({ key, bytes }, view, methodId, { signal }) =>
      worker.run('batch', signal, async (api) => {
        // The bytes travel once; a fresh worker asks for them again.
        const known = await api.look(key, null, view, methodId)
        const answer = known === 'unknown' ? await api.look(key, bytes, view, methodId) : known
        if (answer === 'unknown') throw new Error('the classifier was sent and not taken')
        return answer
      }),
  }
}

/** Each buffer once: mirrored views may share what is equal in both. */
function buffersOf(views: readonly ClassifierView[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { features } of views) for (const { data } of features.levels) buffers.add(data.buffer)
  return [...buffers]
}

function spoils(error: unknown): boolean {
  return error instanceof AppError ? error.code === 'runtime/worker-crashed' : !isAbort(error)
}

function startClassifierWorker(): StartedWorker<ClassifierApi> {
  return startedWorker(
    new Worker(new URL('./classifier.worker.ts', import.meta.url), { type: 'module', name: 'classifier' }),
  )
}

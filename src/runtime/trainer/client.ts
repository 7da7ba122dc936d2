import type { TrainingExample } from '../../ml/training'
import type { Trainer } from '../../ports/trainer'
import { AppError, isAbort } from '../../core/errors'
import { proxy, transfer, type Remote } from '../rpc'
import { createWorkerHost, startedWorker, type StartedWorker } from '../workerHost'
import type { TrainerApi } from './trainerApi'

/** A step may take seconds on a slow machine; only after this is a cancelled run ended with its worker. */
const GRACE_MS = 10_000
/** A finished worker goes soon: it holds the memory of the backend. */
const IDLE_MS = 1000

export interface TrainerClientOptions {
  /** Tests hand in a fake worker. */
  readonly start?: () => StartedWorker<TrainerApi>
  readonly graceMs?: number
}

/** Training in a worker of its own. Examples are moved there, not copied. */
export function createTrainerClient({
  start = startTrainerWorker,
  graceMs = GRACE_MS,
}: TrainerClientOptions = {}): Trainer {
  const worker = createWorkerHost<TrainerApi>({ name: 'trainer', start, graceMs, idleMs: IDLE_MS, spoils })
  return {
    exportCheckpoint: (checkpoint, backboneWeights, { signal }) =>
      worker.run('interactive', signal, (api) => api.exportCheckpoint(checkpoint, backboneWeights)),
    start: (spec, examples, validation, previews, onEvent, { signal }) => {
      let remote: Remote<TrainerApi> | null = null
      // What is asked before the run begins is told when it does.
      const wishes = { isPaused: false, isStopped: false }
      const tell = (): void => {
        if (remote === null) return
        void (wishes.isStopped ? remote.stop() : wishes.isPaused ? remote.pause() : remote.resume())
      }
      const finished = worker.run('batch', signal, (api, callSignal) => {
        remote = api
        const running = api.train(
          spec,
          transfer(examples, buffersOf(examples)),
          transfer(validation, buffersOf(validation)),
          previews,
          proxy((events) => {
            for (const event of events) onEvent(event)
          }),
          callSignal,
        )
        if (wishes.isPaused || wishes.isStopped) tell()
        return running
      })
      const forget = (): void => {
        remote = null
      }
      finished.then(forget, forget)
      return {
        finished,
        pause: () => {
          wishes.isPaused = true
          tell()
        },
        resume: () => {
          wishes.isPaused = false
          tell()
        },
        stop: () => {
          wishes.isStopped = true
          tell()
        },
      }
    },
  }
}

/** Each buffer once: an epoch may walk one example several times, and its variants may share what is equal in all. */
function buffersOf(examples: readonly TrainingExample[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBufferLike>()
  for (const { features, pixels, target, barred } of examples) {
    for (const { data } of features.levels) buffers.add(data.buffer)
    buffers.add(pixels.data.buffer).add(target.data.buffer)
    if (barred !== null) buffers.add(barred.buffer)
  }
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer)
}

/** What failed in a way that nobody foresaw, and a lost GPU above all, leaves a backend that is good for nothing. */
function spoils(error: unknown): boolean {
  return error instanceof AppError ? error.code === 'runtime/worker-crashed' : !isAbort(error)
}

function startTrainerWorker(): StartedWorker<TrainerApi> {
  return startedWorker(
    new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name: 'trainer' }),
  )
}

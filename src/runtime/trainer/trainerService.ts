import { AppError } from '../../core/errors'
import type { TrainingEvent } from '../../ml/training'
import { exportCheckpoint } from '../../nn/train/exportCheckpoint'
import { passesSelfTest } from '../../nn/train/selfTest'
import { trainStudent } from '../../nn/train/trainLoop'
import { transfer } from '../rpc'
import { chooseBackend, type BackendHost } from './chooseBackend'
import type { TrainerApi } from './trainerApi'

/** Events closer together than this travel in one message. */
const GROUP_MS = 100
/** On a GPU a read waits for all work in flight, so losses are read every few steps; elsewhere it costs nothing. */
const READ_EVERY_ON_GPU = 5

export interface TrainerServiceOptions {
  readonly backends: BackendHost
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Resolves in a later task, so that messages get in. */
  readonly nextTask: () => Promise<void>
}

/** The worker's side of training: chooses the backend, runs the loop, groups its events, listens between steps. */
export function createTrainerService({ backends, now, nextTask }: TrainerServiceOptions): TrainerApi {
  let isStopped = false
  let wake: (() => void) | null = null
  let paused: Promise<void> | null = null

  function resume(): void {
    wake?.()
    wake = null
    paused = null
  }

  return {
    pause: () => {
      paused ??= new Promise((resolve) => {
        wake = resolve
      })
    },
    resume,
    exportCheckpoint: (checkpoint, backboneWeights) => {
      const student = exportCheckpoint(checkpoint, backboneWeights)
      return transfer(student, [student.onnx.buffer])
    },
    stop: () => {
      isStopped = true
      resume()
    },
    train: async (spec, examples, validation, previews, onEvents, signal) => {
      isStopped = false
      resume()
      // A paused run that is cancelled has to wake up to notice.
      signal.addEventListener('abort', resume, { once: true })
      let waiting: TrainingEvent[] = []
      let sentAt = now()
      const send = async (): Promise<void> => {
        const events = joinSteps(waiting)
        waiting = []
        sentAt = now()
        const checkpoints = events.flatMap((event) =>
          event.kind === 'checkpoint' ? [event.bytes.buffer] : [],
        )
        if (events.length > 0) await onEvents(transfer(events, checkpoints))
      }

      const chosen = await chooseBackend(spec.backend, backends, passesSelfTest)
      waiting.push({ kind: 'backend', ...chosen })
      await send()
      const events = trainStudent(spec, examples, validation, previews, {
        signal,
        now,
        breathe: async () => {
          if (paused !== null) await send()
          while (paused !== null) await paused
          await nextTask()
        },
        isPaused: () => paused !== null,
        isStopped: () => isStopped,
        readEvery: chosen.backend === 'webgpu' ? READ_EVERY_ON_GPU : 1,
      })
      const lost = backends.whenLost?.().then((reason): never => {
        throw new AppError('runtime/worker-crashed', `the trainer lost the GPU: ${reason}`)
      })
      // It may be lost when the run is over.
      lost?.catch(() => undefined)
      try {
        for (;;) {
          const next = await Promise.race(lost === undefined ? [events.next()] : [events.next(), lost])
          if (next.done === true) return transfer(next.value, [next.value.onnx.buffer])
          waiting.push(next.value)
          if (now() - sentAt >= GROUP_MS) await send()
        }
      } finally {
        // Awaited, so that the last events arrive before the result: they travel on another port.
        await send()
      }
    },
  }
}

/** Neighbouring reports of steps become one. */
function joinSteps(events: readonly TrainingEvent[]): TrainingEvent[] {
  const joined: TrainingEvent[] = []
  for (const event of events) {
    const last = joined.at(-1)
    if (last?.kind === 'steps' && event.kind === 'steps') {
      joined[joined.length - 1] = { ...last, losses: [...last.losses, ...event.losses] }
    } else joined.push(event)
  }
  return joined
}

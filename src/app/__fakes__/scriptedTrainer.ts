import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../../ml/training'
import { writeCheckpoint } from '../../ml/trainingCheckpoint'
import type { Trainer } from '../../ports/trainer'

export interface ScriptedRun {
  readonly spec: TrainingSpec
  readonly examples: readonly TrainingExample[]
  readonly signal: AbortSignal
  readonly emit: (event: TrainingEvent) => void
  /** Resolves when somebody stops the run. */
  readonly stopped: Promise<void>
}

export type Script = (run: ScriptedRun) => Promise<TrainedStudent>

/** A trainer whose runs do what the scripts say, one after the other; `runs` are those that were started. */
export function scriptedTrainer(...scripts: readonly Script[]): Trainer & { readonly runs: ScriptedRun[] } {
  const runs: ScriptedRun[] = []
  return {
    runs,
    start: (spec, examples, _validation, _previews, emit, { signal }) => {
      let stop = (): void => {}
      const stopped = new Promise<void>((resolve) => (stop = resolve))
      const run = { spec, examples, signal, emit, stopped }
      const script = scripts[runs.push(run) - 1]
      const finished =
        script === undefined ? Promise.reject(new Error('no script for this run')) : script(run)
      return { finished, pause: () => {}, resume: () => {}, stop }
    },
    exportCheckpoint: async () => ({ ...TRAINED, stoppedEarly: true }),
  }
}

export const TRAINED: TrainedStudent = {
  onnx: new TextEncoder().encode('onnx'),
  epoch: 0,
  stoppedEarly: false,
  steps: 2,
  seconds: 1,
}

export const epochEvent = (epoch: number, correctedPixels = 0): TrainingEvent => ({
  kind: 'epoch',
  report: {
    epoch,
    epochs: 30,
    loss: 0.5,
    lossFine: 0.3,
    lossBinary: 0.2,
    validation: null,
    correctedPixels,
    cappedImages: 0,
    skippedSteps: 0,
    seconds: 1,
  },
})

/** A checkpoint of the given run after an epoch of one step. */
export function checkpointEvent(
  spec: TrainingSpec,
  epoch: number,
): Extract<TrainingEvent, { kind: 'checkpoint' }> {
  const { studentId, classCount, levels, width, height, seed, params } = spec
  const done = epoch + 1
  const reports = Array.from({ length: done }, (_, i) => epochEvent(i)).flatMap((event) =>
    event.kind === 'epoch' ? [event.report] : [],
  )
  const bytes = writeCheckpoint({
    spec: { studentId, classCount, levels, width, height, seed, params },
    identity: { recipe: '', network: '', data: '' },
    position: {
      epoch: done,
      batch: 0,
      step: done,
      elapsedMs: 1000 * done,
      epochMs: 0,
      random: { order: 1, photometric: 2, dropout: 3 },
      totals: { steps: 0, loss: 0, fine: 0, binary: 0, corrected: 0, skipped: 0, cappedImages: [] },
      skippedInARow: 0,
      best: null,
    },
    reports,
    vectors: new Map([['losses', new Float32Array(done).fill(0.5)]]),
    corrected: new Map(),
  })
  return { kind: 'checkpoint', epoch, bytes }
}

/** Ends as a cancelled call does, and tells a last checkpoint before. */
export function untilCancelled({ signal, emit, spec }: ScriptedRun, epoch: number): Promise<TrainedStudent> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      emit(checkpointEvent(spec, epoch))
      reject(new DOMException('cancelled', 'AbortError'))
    })
  })
}

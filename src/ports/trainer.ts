import type { JobOptions } from '../core/job'
import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../ml/training'

/** A running training. `finished` rejects with `AbortError` on cancel, `train/diverged` when the loss is lost. */
export interface TrainingHandle {
  pause(): void
  resume(): void
  /** Ends after the current step and keeps the best (or last EMA) weights. */
  stop(): void
  readonly finished: Promise<TrainedStudent>
}

export interface Trainer {
  start(
    spec: TrainingSpec,
    examples: readonly TrainingExample[],
    validation: readonly TrainingExample[],
    /** Image indices of the changing preview pictures (at most 3). */
    previews: readonly number[],
    onEvent: (event: TrainingEvent) => void,
    options: JobOptions,
  ): TrainingHandle
}

import type { JobOptions } from '../core/job'
import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../ml/training'

/**
 * A running training. `finished` rejects with `AbortError` on cancel, `train/diverged` when the loss is lost,
 * `train/bad-checkpoint`, and `runtime/worker-crashed` when the worker died or the GPU was lost: the last checkpoint that
 * was told is good then.
 */
export interface TrainingHandle {
  pause(): void
  resume(): void
  /** Ends after the current step and keeps the best (or last EMA) weights. */
  stop(): void
  readonly finished: Promise<TrainedStudent>
}

export interface Trainer {
  /** `examples` and `validation` are given away: their buffers are empty here afterwards. */
  start(
    spec: TrainingSpec,
    examples: readonly TrainingExample[],
    validation: readonly TrainingExample[],
    /** Image indices of the changing preview pictures (at most 3). */
    previews: readonly number[],
    onEvent: (event: TrainingEvent) => void,
    options: JobOptions,
  ): TrainingHandle
  /** The network of a checkpoint as it would have been kept had the run been stopped there; needs no pictures. */
  exportCheckpoint(
    checkpoint: Uint8Array<ArrayBuffer>,
    backboneWeights: Uint8Array<ArrayBuffer> | null,
    options: JobOptions,
  ): Promise<TrainedStudent>
}

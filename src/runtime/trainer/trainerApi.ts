import type { TrainedStudent, TrainingEvent, TrainingExample, TrainingSpec } from '../../ml/training'

/** What the trainer's worker answers to. One run at a time. */
export interface TrainerApi {
  /**
   * Arguments that Comlink has to look at stand alone: `signal`, and `onEvents`, wrapped in `proxy`. Events arrive in
   * order, several at a time.
   */
  train(
    spec: TrainingSpec,
    examples: readonly TrainingExample[],
    validation: readonly TrainingExample[],
    previews: readonly number[],
    onEvents: (events: readonly TrainingEvent[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<TrainedStudent>
  /** The network of a checkpoint, as if its run had been stopped there. `train/bad-checkpoint` as in training. */
  exportCheckpoint(
    checkpoint: Uint8Array<ArrayBuffer>,
    backboneWeights: Uint8Array<ArrayBuffer> | null,
  ): TrainedStudent | Promise<TrainedStudent>
  pause(): void
  resume(): void
  /** Ends after the current step and keeps the weights. */
  stop(): void
}

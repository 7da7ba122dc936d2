import type { TrainingRun } from './records'

/** A run that ended before it had a model, and of which enough is kept to go on: interrupted, cancelled, or failed. */
export function isResumable(run: TrainingRun): boolean {
  return run.checkpoint !== null && run.model === null
}

/** "epoch 7 of 30": how far a run had come when it was saved last. */
export function savedEpochText({ checkpoint, params }: TrainingRun): string {
  const done = checkpoint?.epochsDone ?? 0
  return typeof params['epochs'] === 'number' ? `epoch ${done} of ${params['epochs']}` : `epoch ${done}`
}

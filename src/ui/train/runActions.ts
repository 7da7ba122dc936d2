import type { App } from '../../app/app'
import type { RunId } from '../../domain/records'
import { showFailure } from '../controls/showFailure'

/** Downloads `model.onnx` and `model.json` of a run; says so when that fails. */
export function saveModel(app: App, runId: RunId): void {
  app.transfer.saveModel(runId).catch((error: unknown) => showFailure('The model was not saved', error))
}

/** Drafts for all images with a run's model, as a job; says so when it cannot start. */
export function draftAgain(app: App, runId: RunId): void {
  app.training.draft(runId).catch((error: unknown) => showFailure('No drafts were made', error))
}

/** Goes on with a run from its checkpoint, as a job. */
export function resumeRun(app: App, runId: RunId): void {
  app.training.resumeRun(runId).catch((error: unknown) => showFailure('The run does not go on', error))
}

/** Makes a model of what is saved of a run, and drafts with it. */
export function keepSoFar(app: App, runId: RunId): void {
  app.training.keepSoFar(runId).catch((error: unknown) => showFailure('No model was kept', error))
}

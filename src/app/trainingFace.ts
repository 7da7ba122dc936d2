import type { JsonObject } from '../core/json'
import type { Observable } from '../core/observable'
import type { ImageId, RunId, TrainingRun } from '../domain/records'
import type { TrainingSetSummary } from '../domain/trainingSet'
import type { RunComparison, RunMakeup } from './training/compareRuns'
import type { ThresholdMeasure } from './training/measureThreshold'

/**
 * The part of the application's face that is about training and its runs; `App` in `app.ts` holds it as `training` and `runs`.
 */

/** Which student a run trains, and on whose features. */
export interface Recipe {
  /** An id of `Catalogue.students`. */
  readonly studentId: string
  /** `embedded` or the id of a backbone in the library; of no account for a student that sees pixels only. */
  readonly backboneId: string
}

/** What a person asks of a run. What is absent is the default. */
export interface TrainingRequest extends Partial<Recipe> {
  /** What the masks come from, for the record and for how images are scored; told from the project when absent. */
  readonly recipe?: TrainingRun['recipe']
  /** Values of `Catalogue.trainingParams` and of the student's own. */
  readonly params?: JsonObject
}

export type TrainingPhase = 'preparing' | 'training' | 'paused' | 'drafting'

/** The training that is under way in this tab, or null. */
export interface LiveTraining {
  readonly runId: RunId
  readonly phase: TrainingPhase
  readonly backend: string | null
  readonly epoch: number
  readonly epochs: number
  readonly secondsLeft: number | null
  /** Rises with every event; plots redraw when it changes. */
  readonly version: number
  readonly series: RunSeries
  readonly previews: readonly PreviewPicture[]
  readonly note: string
  /** What self-correction brought into the review queue in this sitting, and what was not worth asking about. */
  readonly finds: { readonly queued: number; readonly heldBack: number }
}

export interface RunSeries {
  /** One value per step. */
  readonly stepLoss: readonly number[]
  readonly epochs: readonly {
    /** Counted from 0. */
    readonly epoch: number
    /** Length of `stepLoss` when the epoch ended: places the epoch on the plot's step axis. */
    readonly steps: number
    readonly loss: number
    readonly validationIou: number | null
    readonly correctedPixels: number
  }[]
}

export interface PreviewPicture {
  readonly imageId: ImageId
  /** Counted from 0. */
  readonly epoch: number
  readonly width: number
  readonly height: number
  /** (height, width) defect probability, 0..255, at the network's input size without padding. */
  readonly defect: Uint8Array
}

export interface TrainingActions {
  readonly live: Observable<LiveTraining | null>
  /** What a run would use now and what is missing; `blocker` is the sentence for a disabled Train button. */
  summary(): TrainingSetSummary
  /** What the open project trains next; a setting of the project, and no step to undo. */
  recipe(): Recipe
  chooseRecipe(recipe: Recipe): void
  start(request: TrainingRequest): Promise<RunId | null>
  pause(): void
  resume(): void
  /** Keeps the best weights so far, then drafts. */
  stop(): void
  /** Ends the run without a model; from its last checkpoint it can be resumed, or its model so far kept. */
  cancel(): void
  /**
   * Goes on with a run that was interrupted, cancelled or failed, from its checkpoint, with the data and the settings it
   * began with. Says what has changed since. True when it came to its end.
   */
  resumeRun(runId: RunId): Promise<boolean>
  /** Ends such a run with the model it would have had if it had been stopped at its checkpoint, then drafts. */
  keepSoFar(runId: RunId): Promise<boolean>
  /** Gives up what is kept of a run to go on from; its record stays. */
  discardCheckpoint(runId: RunId): Promise<void>
  /** Series of a run, from its log or its checkpoint; null when it has neither. */
  seriesOf(runId: RunId): Promise<RunSeries | null>
  /** Drafts for all images with a finished run's student; replaces that run's unreviewed drafts. */
  draft(runId: RunId): Promise<number>
  activate(runId: RunId): void
  renameRun(runId: RunId, name: string): void
  removeDrafts(runId: RunId): void
}

/** What can be done with finished runs besides drafting: judge them, and choose where they draw the line. */
export interface RunActions {
  /**
   * How the run does at every threshold on reviewed images that it did not learn from, as a job with progress. Answered
   * from memory while nothing that it rests on has changed. Rejects with an AbortError when cancelled.
   */
  measureThreshold(runId: RunId): Promise<ThresholdMeasure>
  /** The person's choice, 0..1: kept with the run and in its `model.json`. Predictions follow when they are next needed. */
  setThreshold(runId: RunId, threshold: number): Promise<void>
  /** Settings and training data of two runs: no job, no model. */
  compareMakeup(a: RunId, b: RunId): Promise<RunMakeup>
  /** How two runs do, and where they see different things; a job. Rejects like `measureThreshold`. */
  compare(a: RunId, b: RunId): Promise<RunComparison>
  /** Images that were drafted at another threshold than the run has now, and undecided drafts of such. */
  outdated(runId: RunId): { readonly images: number; readonly drafts: number }
  /** Takes those out of the queue (a step to undo) and drafts all images at the present threshold. */
  redraft(runId: RunId): Promise<number>
}

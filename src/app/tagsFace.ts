import type { JsonObject } from '../core/json'
import type { Observable } from '../core/observable'
import type { BinaryMask, RgbaImage, ScoreMap } from '../core/raster'
import type { ParamSpecs } from '../core/params'
import type { ClassId, ImageId, RunId, TagRunId } from '../domain/records'
import type { TagSetSummary } from '../domain/tagSet'
import type { ClassifierEpoch } from '../ml/cam/classifier'
import type { TrainingRequest } from './trainingFace'

/** The part of the application's face that is about masks from image labels; `App` in `app.ts` loads it when asked. */

/** What a person asks of masks from image labels. What is absent is the project's setting, then the default. */
export interface TagRequest {
  /** Values of `TagActions.params`. */
  readonly params?: JsonObject
  /** `embedded`, or a backbone of the library. */
  readonly backboneId?: string
  /** False: the classifier scores the images, and no mask is made. */
  readonly makesMasks?: boolean
}

/** An activation map to show over a picture: 0..255, on its own grid, which covers the whole image. */
export interface CamPicture {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly epoch: number
  readonly width: number
  readonly height: number
  readonly map: Uint8Array
}

/** Making masks from image labels, while it is under way in this tab. */
export interface LiveTagging {
  readonly tagRunId: TagRunId
  /** `preparing`: frozen features; `training`: the classifier; `masks`: activation maps, inpainting, refinement. */
  readonly phase: 'preparing' | 'training' | 'masks'
  readonly done: number
  readonly total: number
  readonly secondsLeft: number | null
  readonly note: string
  /** Grows with the training. */
  readonly epochs: readonly ClassifierEpoch[]
  /** The changing pictures: at most eight, each in its place. */
  readonly cams: readonly CamPicture[]
  /** Rises with every change. */
  readonly version: number
}

/** One round of the inpainting extension, as a person watches it. */
export interface WatchedRound {
  /** From 0. */
  readonly round: number
  /** The classifier's probability of the class in the picture as it is in this round, 0..1. */
  readonly score: number
  /** What was asked about in this round. */
  readonly picture: RgbaImage
  /** What the classifier fires on in it, 0..1, at image size. */
  readonly cam: ScoreMap
  /** What has been painted over after this round. */
  readonly mask: BinaryMask
  /** The map so far, 0..1. */
  readonly extended: ScoreMap
  /** Why it ended with this round, as a sentence; null: it goes on. */
  readonly ended: string | null
}

/** What is kept of how a tag run went. */
export interface TagRunLog {
  readonly epochs: readonly ClassifierEpoch[]
  /** Wall-clock seconds of each stage. */
  readonly seconds: {
    readonly classifier: number
    readonly masks: number
  }
}

export interface TagActions {
  readonly params: ParamSpecs
  readonly live: Observable<LiveTagging | null>
  /** What would be learned from and what would get masks now. */
  summary(): TagSetSummary
  /** The project's settings for the next masks; no step to undo. */
  settings(): JsonObject
  choose(params: JsonObject): void
  /**
   * Trains the classifier on the labels, makes a mask for every image that was only tagged, scores all images, and asks
   * about clean images where the classifier fires. Resolves with null when it could not start, failed, or was cancelled
   * (a notice says which; the masks made so far stay).
   */
  generate(request: TagRequest): Promise<TagRunId | null>
  /** Keeps the classifier as it is now and goes on to the masks. */
  stopTraining(): void
  cancel(): void
  /** The additional round: masks of a finished student, gated by the labels. */
  nextRound(studentRunId: RunId): Promise<TagRunId | null>
  /** The whole recipe `cam`: masks, student, masks of the additional round, student from its initial weights. */
  trainRecipe(request: TagRequest, training: TrainingRequest): Promise<RunId | null>
  /** Shows the masks of that run; those of the others wait out of sight. */
  activate(id: TagRunId): void
  /** Takes the run's undecided masks out of the project: a step to undo. */
  removeMasks(id: TagRunId): void
  /** Null while a run has not come to its masks, and of an additional round. */
  logOf(id: TagRunId): Promise<TagRunLog | null>
  /** Plays the inpainting extension on one image, round by round. Rejects with an AbortError when cancelled. */
  watch(
    id: TagRunId,
    imageId: ImageId,
    classId: ClassId,
    onRound: (round: WatchedRound) => void,
    signal: AbortSignal,
  ): Promise<void>
}

import type { Box, Point, Size } from '../core/geometry'
import type { JsonObject } from '../core/json'

/**
 * Everything a project is made of: small, immutable, plain JSON records keyed by a branded id.
 * Bulk bytes (pictures, masks, weights, logs) are blobs addressed by SHA-256.
 */

declare const brand: unique symbol
export type Id<T extends string> = `${T}:${string}` & { readonly [brand]: T }
export type BlobHash = string & { readonly [brand]: 'sha256' }

export type ProjectId = Id<'project'>
export type ClassId = Id<'class'>
export type ImageId = Id<'image'>
export type AnnotationId = Id<'annotation'>
export type MaskId = Id<'mask'>
export type ClickId = Id<'click'>
export type RunId = Id<'run'>
export type TagRunId = Id<'tagRun'>
export type SnapshotId = Id<'snapshot'>

interface Base<T extends string> {
  readonly id: Id<T>
  readonly type: T
}

/** What an import brought that we do not interpret: kept and written back. `id` is the original id as text. */
export interface ForeignFields {
  readonly id: string | null
  readonly extra: JsonObject
}

export interface Project extends Base<'project'> {
  readonly name: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Class i of this list is index i + 1 in every class map. */
  readonly classOrder: readonly ClassId[]
  /** Unknown top-level fields of an imported COCO file (`info`, `licenses`, ...). */
  readonly foreign: JsonObject
  readonly isSample: boolean
}

export interface ClassDef extends Base<'class'> {
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
  readonly foreign: ForeignFields | null
}

/** "Clean" is a decision, "empty" is not. */
export type ImageStatus = 'unseen' | 'inProgress' | 'doneDefects' | 'confirmedClean' | 'skipped'
export type Split = 'train' | 'val' | 'test'

export interface ImageRecord extends Base<'image'>, Size {
  /** Relative path with forward slashes, original spelling. Unique in a project. */
  readonly fileName: string
  /** The bytes of the file as it was opened. Width and height are those after EXIF rotation. */
  readonly pixels: BlobHash
  readonly byteLength: number
  readonly mimeType: string
  readonly status: ImageStatus
  readonly split: Split | null
  /** False after "remove from project"; its marks stay and come back with undo. */
  readonly addedAt: string
  readonly foreign: ForeignFields | null
}

/** Weak label of a whole image: the class is somewhere in it, or surely nowhere in it. */
export interface ImageLabel extends Base<'imageLabel'> {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly presence: 'present' | 'absent'
  readonly source: 'human' | 'import'
}

/** A rough box that a person (or an import) drew; the prompt of a generator. */
export interface BoxAnnotation extends Base<'annotation'> {
  readonly kind: 'box'
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly boxPx: Box
  readonly source: 'human' | 'import' | 'model'
  readonly createdAt: string
  readonly foreign: ForeignFields | null
}

/** A positive or negative click that refines the box's mask. */
export interface ClickPrompt extends Base<'click'> {
  readonly annotationId: AnnotationId
  readonly pointPx: Point
  /** True: this belongs to the defect; false: this does not. */
  readonly isPositive: boolean
  /** Clicks refine one another: they are handed to the model in this order. */
  readonly createdAt: string
}

/** How generously somebody draws a class, learned from masks that were accepted or fixed. */
export interface DrawingStyle {
  /** Which of the generator's readings of the model's answer it starts from; null: the generator's own choice. */
  readonly reading: string | null
  /** On the generator's evidence, 0..1; null: the generator's own. */
  readonly threshold: number | null
  /** Growth of the mask in image pixels; negative shrinks. */
  readonly dilationPx: number
  /** How many masks taught it. */
  readonly fromMasks: number
}

/** Who made a mask, with what, from what. */
export type Provenance =
  | {
      readonly kind: 'generated'
      readonly generatorId: string
      readonly generatorVersion: number
      readonly params: JsonObject
      readonly modelHash: string | null
      readonly promptBoxPx: Box
      readonly seed: number
      /** Which promptable segmenter answered; null for generators without a model. */
      readonly modelId: string | null
      readonly clicks: readonly { readonly pointPx: Point; readonly isPositive: boolean }[]
      /** The person's drawing style, when it was applied; null: the generator's own mask. */
      readonly style: DrawingStyle | null
      /** The label of the alternative that the person chose; null: the generator's first answer. */
      readonly candidate: string | null
    }
  | { readonly kind: 'edited'; readonly parentId: MaskId; readonly tool: 'brush' | 'eraser' | 'polygon' }
  | { readonly kind: 'drawn'; readonly tool: 'brush' | 'polygon' }
  | {
      readonly kind: 'selfCorrected'
      readonly runId: RunId
      readonly epoch: number
      readonly threshold: number
      readonly meanProbability: number
    }
  | {
      readonly kind: 'student'
      readonly runId: RunId
      readonly threshold: number
      readonly meanProbability: number
      /** The mask it disagreed with when it was drafted; null when it found something new. */
      readonly againstId: MaskId | null
      /** Pixels where the two differ: all of its area when `againstId` is null. */
      readonly disagreementPx: number
    }
  | {
      /** From an image label alone: no box was drawn. */
      readonly kind: 'cam'
      readonly tagRunId: TagRunId
      /** 1: from the classifier's activation map; 2: a student of the first round, gated by the image labels. */
      readonly round: number
      /** What is called a defect: share of the activation map's maximum, or the student's operating point. */
      readonly threshold: number
      /** Mean of the map inside the mask, 0..1. */
      readonly meanActivation: number
      /** The refinement left nothing: the strongest places of the map stand in for the defect that the label promises. */
      readonly isLowConfidence: boolean
    }
  | {
      readonly kind: 'imported'
      readonly formatId: string
      readonly externalId: string
      readonly score: number | null
    }

export interface MaskQuality {
  /** The generator's own estimate of IoU with the true mask, 0..1. */
  readonly predictedIou: number | null
  /** IoU of the masks at a lower and a higher threshold, 0..1. */
  readonly stability: number | null
  /** IoU of the mask's tight box with the prompt box, 0..1. */
  readonly tightness: number | null
}

/** One instance, binary. Never edited in place: an edit is a new mask whose provenance names its parent. */
export interface PseudoMask extends Base<'mask'> {
  /** `ignore`: "don't know", excluded from loss, metrics and statistics; then `classId` is null. */
  readonly role: 'defect' | 'ignore'
  readonly imageId: ImageId
  readonly classId: ClassId | null
  /** The box it belongs to; null for a region found without one. A mask whose box is gone is not live. */
  readonly annotationId: AnnotationId | null
  /** Blob: the compressed COCO RLE string in ASCII, for the image's full size. */
  readonly pixels: BlobHash
  readonly areaPx: number
  /** Tight box of the mask; zero size only for an unresolved mask. */
  readonly boundsPx: Box
  /** True: the generator found nothing; the box interior counts as ignore until a person decides. */
  readonly isUnresolved: boolean
  readonly quality: MaskQuality
  readonly provenance: Provenance
  readonly createdAt: string
  readonly foreign: ForeignFields | null
}

export type Verdict = 'accepted' | 'rejected' | 'replaced' | 'unsure'
export type RejectReason =
  | 'notADefect'
  | 'wrongClass'
  | 'tooBig'
  | 'tooSmall'
  | 'missedPart'
  | 'unsure'
  | 'other'

/** A mask's status is its latest decision; there is no second field to disagree with it. */
export interface ReviewDecision extends Base<'decision'> {
  readonly maskId: MaskId
  readonly verdict: Verdict
  readonly reason: RejectReason | null
  readonly note: string | null
  readonly replacementId: MaskId | null
  /** The mask came up by chance, not by its benefit: only such decisions prove anything about the rest (`audit.ts`). */
  readonly isAudit: boolean
  readonly decidedAt: string
}

/** All instances of one image in one blob: ground truth for evaluation, or a run's prediction. */
export interface MaskLayer extends Base<'layer'> {
  readonly imageId: ImageId
  readonly role: 'groundTruth' | 'prediction'
  readonly runId: RunId | null
  /** Blob: JSON `LayerInstance[]`. */
  readonly instances: BlobHash
  /** Highest defect probability of the image, 0..1; null for truth. */
  readonly imageScore: number | null
  /** Operating point of the binary head that the instances were cut out at; null for truth, and where it was not kept. */
  readonly threshold: number | null
}

/** One entry of a layer's blob. */
export interface LayerInstance {
  readonly classId: ClassId
  /** 0..1; 1 for truth. */
  readonly score: number
  /** Compressed COCO RLE for the image's full size. */
  readonly counts: string
}

export type RunStatus = 'running' | 'finished' | 'stopped' | 'cancelled' | 'failed'

export interface TrainingRun extends Base<'run'> {
  readonly name: string
  readonly recipe: 'box' | 'cam' | 'semi'
  readonly studentId: string
  /** Null: the student sees the pixels only. */
  readonly backbone: { readonly id: string; readonly hash: string } | null
  readonly params: JsonObject
  readonly seed: number
  readonly snapshotId: SnapshotId | null
  readonly backend: 'webgpu' | 'wasm' | 'cpu' | null
  readonly status: RunStatus
  readonly failure: string | null
  /** Class order at training time: channel i + 1 of the student is `classIds[i]`. */
  readonly classIds: readonly ClassId[]
  readonly trainImageIds: readonly ImageId[]
  readonly valImageIds: readonly ImageId[]
  readonly startedAt: string
  readonly seconds: number | null
  /** Blob: JSON `RunLog`. */
  readonly log: BlobHash | null
  /** Blob: ONNX file of the head. */
  readonly model: BlobHash | null
  /** Blob: JSON of model.json. */
  readonly modelInfo: BlobHash | null
  /** Operating point of the binary head. */
  readonly threshold: number
  /** Who set it: nobody yet, enough independent reviewed images, or a person with the slider. */
  readonly thresholdBy: ThresholdOrigin
  /** How far the run had come when it was saved last (ports/checkpointStore.ts); null: nothing is kept to go on from. */
  readonly checkpoint: { readonly epochsDone: number; readonly savedAt: string } | null
}

/**
 * Masks made from image labels: a defect-focus classifier, what it was trained on, and what it was worth. Its masks name it;
 * those of the run that `Settings.activeTagRunId` names are shown.
 */
export interface TagRun extends Base<'tagRun'> {
  readonly name: string
  readonly params: JsonObject
  readonly seed: number
  readonly backbone: { readonly id: string; readonly hash: string }
  /** Levels of the backbone that the classifier looks at, and its input. */
  readonly levels: readonly { readonly stride: number; readonly channels: number }[]
  readonly canvas: Size
  readonly classIds: readonly ClassId[]
  readonly trainImageIds: readonly ImageId[]
  readonly valImageIds: readonly ImageId[]
  /** 1, or 2 when the masks are those of the student `studentRunId`, gated by the labels. */
  readonly round: number
  readonly studentRunId: RunId | null
  readonly status: RunStatus
  readonly failure: string | null
  readonly startedAt: string
  readonly seconds: number | null
  /** Step average precision of the image score, on its own training images and on the validation images; null: undefined. */
  readonly trainingAp: number | null
  readonly validationAp: number | null
  /** Whether defects of each class are darker than their surroundings, or brighter, in the order of `classIds`; empty until told. */
  readonly polarities: readonly ('dark' | 'bright')[]
  /** Blob: the classifier's file. */
  readonly classifier: BlobHash | null
  /** Blob: JSON `ClassifierEpoch[]`. */
  readonly log: BlobHash | null
}

/** What a tag run's classifier says of one image. */
export interface TagScore extends Base<'tagScore'> {
  readonly imageId: ImageId
  readonly tagRunId: TagRunId
  /** Highest class probability, 0..1. */
  readonly score: number
}

export type ThresholdOrigin = 'default' | 'reviews' | 'person'

export interface Snapshot extends Base<'snapshot'> {
  readonly reason: 'manual' | 'training' | 'migration'
  readonly document: BlobHash
  readonly createdAt: string
}

/** Choices that belong to the project but are not steps to undo. One record: `settings:project`. */
export interface Settings extends Base<'settings'> {
  readonly generatorId: string
  readonly generatorParams: { readonly [generatorId: string]: JsonObject }
  /** Which promptable segmenter the generators ask: `embedded`, or a model of the person's library. */
  readonly segmenterModelId: string
  /** Pending proposals follow the drawing style of accepted masks. */
  readonly usesDrawingStyle: boolean
  /** Which student is trained next, and on whose features: `embedded`, or a backbone of the person's library. */
  readonly studentId: string
  readonly backboneId: string
  readonly training: JsonObject
  readonly activeRunId: RunId | null
  /** Parameters of the next masks from image labels. */
  readonly tagging: JsonObject
  /** Whose masks from image labels are shown. */
  readonly activeTagRunId: TagRunId | null
}

/** Undoable when the user did it. */
export type DocumentRecord =
  | Project
  | ClassDef
  | ImageRecord
  | ImageLabel
  | BoxAnnotation
  | ClickPrompt
  | PseudoMask
  | ReviewDecision
/** Saved, never undone. */
export type LedgerRecord = MaskLayer | TrainingRun | TagRun | TagScore | Snapshot | Settings
export type AnyRecord = DocumentRecord | LedgerRecord
export type RecordType = AnyRecord['type']
export type RecordOf<T extends RecordType> = Extract<AnyRecord, { type: T }>

/** Makes an id of a type from a unique suffix (a UUID from the caller: this layer has no randomness). */
export function idOf<T extends string>(type: T, unique: string): Id<T> {
  return `${type}:${unique}` as Id<T>
}

export function typeOfId(id: string): string {
  return id.slice(0, id.indexOf(':'))
}

export const SETTINGS_ID = idOf('settings', 'project')

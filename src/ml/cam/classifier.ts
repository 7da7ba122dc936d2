import type { Size } from '../../core/geometry'
import type { JsonObject } from '../../core/json'
import type { FeatureLevel, FeaturePack } from '../training'

/**
 * The words in which the defect-focus classifier is spoken of (methods/cam-pseudo-masks.md §4): views of pictures and
 * whether classes are in them; no project in sight. `nn/cam` computes with them, `ports/defectClassifier` carries them
 * across the worker boundary.
 */

/** A rectangle of a picture as shares of its width and height, 0..1. The whole picture is x 0, y 0, width 1, height 1. */
export interface ViewRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What the classifier sees of a picture: frozen features of one view of it on the run's canvas. */
export interface ClassifierView {
  readonly features: FeaturePack
  /** The part of the canvas that holds the picture, from the top left, in canvas pixels; the rest is padding that no pooling counts. */
  readonly content: Size
}

/** One labelled picture, seen whole. */
export interface ClassifierExample extends ClassifierView {
  /** Index into the caller's list of images; a turned view shares it. */
  readonly imageIndex: number
  /** The features are of the picture turned by 180 degrees. */
  readonly isTurned: boolean
  /** K bytes: 1 the class is somewhere in the picture, 0 nowhere, 255 nobody said (no part of the loss). */
  readonly presence: Uint8Array
}

export interface ClassifierSpec {
  readonly classCount: number
  readonly levels: readonly FeatureLevel[]
  /** Canvas of every view. */
  readonly width: number
  readonly height: number
  readonly seed: number
  /** Values of `CLASSIFIER_PARAMS`, validated by the caller. */
  readonly params: JsonObject
  /** Asked for a backend instead of the self-test's choice; null = automatic. */
  readonly backend: 'webgpu' | 'wasm' | 'cpu' | null
}

/** A part of a picture that the classifier wants to see enlarged to the canvas. */
export interface CropRequest {
  readonly imageIndex: number
  /** In the frame of the upright picture. */
  readonly rect: ViewRect
}

export interface ClassifierEpoch {
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly lossClasses: number
  /** Null before the contrastive loss begins, and when it is off. */
  readonly lossContrast: number | null
  /** Step average precision of "any class present" over the whole views, 0..1; null without both kinds of image. */
  readonly trainingAp: number | null
  readonly validationAp: number | null
  /** Guided crops in use. */
  readonly crops: number
  readonly seconds: number
}

export type ClassifierEvent =
  | { readonly kind: 'backend'; readonly backend: 'webgpu' | 'wasm' | 'cpu'; readonly note: string }
  | { readonly kind: 'epoch'; readonly report: ClassifierEpoch }
  /** The class-map CAM of one previewed picture, min-max normalised over its content, 0..255, on the CAM's own grid. */
  | {
      readonly kind: 'cam'
      readonly epoch: number
      readonly imageIndex: number
      readonly classIndex: number
      readonly width: number
      readonly height: number
      readonly map: Uint8Array<ArrayBuffer>
    }

export interface TrainedClassifier {
  /** The classifier's own file: header, weights, statistics (`nn/cam/classifierFile.ts`). */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The epoch whose weights were kept, from 0. */
  readonly epoch: number
  readonly stoppedEarly: boolean
  readonly trainingAp: number | null
  readonly validationAp: number | null
  readonly seconds: number
}

/** What a trained classifier says of one view. */
export interface ClassifierAnswer {
  /** (K) probabilities, 0..1. */
  readonly scores: Float32Array<ArrayBuffer>
  /** Grid of the maps: the content only, padding cut off. */
  readonly width: number
  readonly height: number
  /** (K, height, width) activation maps after ReLU, not normalised: the caller sums scales and flips first. */
  readonly maps: Float32Array<ArrayBuffer>
}

import type { Size } from '../core/geometry'
import type { JsonObject } from '../core/json'
import type { BackboneTensors } from '../ml/backboneTensors'

/** The file version that this app writes and reads. */
export const MODEL_INFO_VERSION = 2

/** Specks of fewer pixels are noise at any threshold. */
export const MINIMUM_AREA_PX = 4

/** `head`: features of the backbone go in; `whole`: the backbone, if there is one, is inside `model.onnx`. */
export type ModelForm = 'head' | 'whole'

/** Where a model comes from, for people who ask later. */
export interface ModelRun {
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly backend: string | null
  readonly seconds: number
  readonly steps: number
  /** Whose weights these are, counted from 0. */
  readonly epoch: number
  readonly stoppedEarly: boolean
  /** SHA-256 of the project's state that the run was started from. */
  readonly snapshotSha256: string | null
  readonly images: {
    readonly train: number
    readonly validation: number
    readonly confirmedClean: number
  }
  readonly masks: { readonly accepted: number; readonly unreviewed: number }
}

export interface ModelBackbone {
  readonly id: string
  /** Of the backbone's ONNX file. */
  readonly sha256: string
  /** Where to get that file, in words. */
  readonly source: string
  readonly tensors: BackboneTensors
}

/** What a description is made of; the words in `ModelInfo` follow from it. */
export interface ModelFacts {
  readonly form: ModelForm
  readonly recipe: string
  readonly student: string
  readonly seed: number
  readonly params: JsonObject
  /** In channel order: class i is channel i + 1. */
  readonly classes: readonly { readonly name: string; readonly color: string }[]
  /** The canvas: width and height at the network's input. */
  readonly input: Size
  readonly threshold: number
  readonly minimumAreaPx: number
  /** Probability that an instance reaches somewhere, 0..1; 0: no such rule. */
  readonly minimumPeak: number
  /** The image's score is the mean of this share of its highest defect probabilities; 0: the highest alone. */
  readonly imageScoreShare: number
  /** Null: the network takes the pixels only. */
  readonly backbone: ModelBackbone | null
  readonly run: ModelRun
}

export interface TensorNote {
  readonly name: string
  readonly type: 'float32'
  readonly shape: readonly number[]
  readonly meaning: string
}

/** `model.json`: all that an engineer elsewhere needs to run `model.onnx`, in words and numbers. */
export interface ModelInfo extends ModelFacts {
  readonly format: 'maskwright-student'
  readonly version: typeof MODEL_INFO_VERSION
  readonly app: string
  readonly tensors: { readonly inputs: readonly TensorNote[]; readonly outputs: readonly TensorNote[] }
  /** Steps from a file to the inputs, and from the outputs to instances; numbers in them repeat the fields above. */
  readonly preprocessing: readonly string[]
  readonly postprocessing: readonly string[]
}

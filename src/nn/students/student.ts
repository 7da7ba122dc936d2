import type { Size } from '../../core/geometry'
import type { ParamSpecs, ParamValues } from '../../core/params'
import type { Random } from '../../core/random'
import type { FeatureLevel } from '../../ml/training'
import type { GraphBuilder } from '../onnx/graphBuilder'
import type { ChannelStatistics } from '../ops/batchNorm'
import type { tf } from '../tf'

/** One tensor of weights. All of a student's parameters live in one flat vector, in the order of their list. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  /**
   * `uniform`: PyTorch's default for convolutions and linear layers, +-1 / sqrt(fanIn), drawn from the seeded stream.
   * A number: that value everywhere. Values: a published network's own, to be tuned from there.
   */
  readonly initial: { readonly kind: 'uniform'; readonly fanIn: number } | number | Float32Array
}

/** A tensor that no gradient moves and no average follows: the frozen weights of a backbone inside the network. */
export interface ConstantSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The parameters as tensors, by name; valid only while the step that made them runs. */
export type Weights = ReadonlyMap<string, tf.Tensor>

export interface StudentInput {
  /** (N, H / stride, W / stride, channels) for each level, in the order of `StudentShape.levels`. */
  readonly features: readonly tf.Tensor4D[]
  /**
   * The picture in blocks of `pixelBlock` pixels: (N, H / b, W / b, b * b * 3), channel = (dy * b + dx) * 3 + colour,
   * centred and scaled by `PIXEL_STANDARD`.
   */
  readonly pixels: tf.Tensor4D
}

/** How colours in 0..1 enter a student: (value - mean) / std. Fixed, so that it need not travel with a run. */
export const PIXEL_STANDARD = { mean: 0.5, std: 0.25 } as const

/** Per-channel mean and standard deviation of one feature level over the training examples. */
export interface LevelStandard {
  readonly mean: Float32Array
  readonly std: Float32Array
}

/** What a pass through the network is for. */
export type Pass =
  | {
      readonly kind: 'train'
      /** Drives dropout. */
      readonly random: Random
      /** Gets the batch's statistics of each normalised block, by the block's name. */
      readonly observe: (name: string, statistics: ChannelStatistics) => void
    }
  | { readonly kind: 'infer' }

/** A network without state: what it knows is in the weights it is handed, so nothing has to be disposed. */
export interface StudentNetwork {
  readonly parameters: readonly ParameterSpec[]
  /**
   * What normalisation needs in inference: `<block>.mean` and `<block>.variance`, running averages of what was observed
   * in training. They are among the weights, but no gradient moves them.
   */
  readonly statistics: readonly ParameterSpec[]
  /** Uploaded once a run and handed in among the weights. */
  readonly constants: readonly ConstantSpec[]
  /** Without a binary head the loss is that of the class head alone, and P(defect) is 1 - P(background). */
  readonly hasBinaryHead: boolean
  readonly pixelBlock: number
  /** Whether features come standardised per channel over the training examples; else as the backbone gives them. */
  readonly standardisesFeatures: boolean
  /** The one size of picture that the network, and its ONNX file, can see; null: any that its features allow. */
  readonly fixedInput: Size | null
  /** A batch of at most so many pixels keeps the memory of a step within 2 GB. */
  readonly maxBatchPixels: number
  /**
   * Logits (N, h, w, outputs) at the student's own size, outputs = K + 1 and, with a binary head, 2 more: the
   * binary head (background, defect) first, then the class head (background, classes).
   */
  forward(weights: Weights, input: StudentInput, pass: Pass): tf.Tensor4D
  /**
   * Writes the same network for inference: adds nodes from the inputs of features and pixels (raw, as
   * `studentTensors` describes them) to logits (1, outputs, h, w), standardisation baked in. Returns the logits' name;
   * whoever asks resizes them to the picture.
   */
  writeOnnx(
    graph: GraphBuilder,
    values: ReadonlyMap<string, Float32Array>,
    standards: readonly LevelStandard[],
  ): string
}

export interface StudentShape {
  readonly classCount: number
  /** Of a pyramid: finest first, each level halves the one before. Of tokens: earliest block first, all of one stride. */
  readonly levels: readonly FeatureLevel[]
  /** As in `TrainingSpec`. */
  readonly backboneWeights: Uint8Array<ArrayBuffer> | null
  readonly input: Size
}

/** What a student is: its id and version equal those of its entry in `ml/trainingParams`. */
export interface StudentArchitecture<S extends ParamSpecs = ParamSpecs> {
  readonly id: string
  readonly version: number
  build(shape: StudentShape, params: ParamValues<S>): StudentNetwork
}

/** Keeps the exact parameter types inside a student and forgets them in the registry. */
export function defineStudent<S extends ParamSpecs>(student: StudentArchitecture<S>): StudentArchitecture {
  return student as unknown as StudentArchitecture
}

import type { EmbeddedModel } from './embeddedManifest'
import { featureLevelsOf } from './embeddedFeatures'

/** A frozen backbone's own file, and how a placed picture goes in and features come out. */
export interface BackboneGraph {
  readonly onnx: Uint8Array
  /** Input that takes the picture: float32 (1, 3, H, W). */
  readonly image: string
  /** What is done to red, green and blue in 0..1 before they go in. */
  readonly preprocessing:
    | {
        /** (x - median) / max(std, stdFloor), clipped to +-clip; median and std as `ml/imaging/standardise`. */
        readonly kind: 'luminance'
        readonly stdFloor: number
        readonly clip: number
      }
    | {
        /** (x - mean) / std by channel. */
        readonly kind: 'channels'
        readonly mean: readonly [number, number, number]
        readonly std: readonly [number, number, number]
      }
  /** Inputs (1, channels, H, W) that are all zero: a prompt that nobody gives. */
  readonly zeros: readonly { readonly name: string; readonly channels: number }[]
  /** In the order in which students take them. */
  readonly levels: readonly {
    readonly output: string
    readonly stride: number
    readonly channels: number
    /** Tokens (1, skipped + rows * columns, channels) become a map; null: the output is (1, channels, rows, columns). */
    readonly tokens: { readonly skipped: number } | null
  }[]
}

export function embeddedBackbone(model: EmbeddedModel, onnx: Uint8Array): BackboneGraph {
  return {
    onnx,
    image: model.tensors.image,
    preprocessing: { kind: 'luminance', ...model.standardise },
    zeros: [{ name: model.tensors.prompt, channels: model.prompt.channels.length }],
    levels: featureLevelsOf(model).map(({ name, stride, channels }) => ({
      output: name,
      stride,
      channels,
      tokens: null,
    })),
  }
}

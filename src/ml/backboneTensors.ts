/**
 * How a placed picture goes into a frozen backbone and features come out, as data: the app extracts features by it,
 * `model.json` tells it, and a whole `model.onnx` has it inside.
 */
export interface BackboneTensors {
  /** Input that takes the picture: float32 (1, 3, H, W), red, green, blue. */
  readonly image: string
  /** What is done to colours in 0..1 before they go in. */
  readonly preparation:
    | {
        /**
         * (x - median) / max(std, stdFloor), clipped to ±clip; median and population standard deviation are those of the
         * luminance, (red + green + blue) / 3, over the whole canvas.
         */
        readonly kind: 'luminance'
        readonly stdFloor: number
        readonly clip: number
      }
    | {
        /** (x - mean) / std, channel by channel. */
        readonly kind: 'channels'
        readonly mean: readonly number[]
        readonly std: readonly number[]
      }
  /** Inputs (1, channels, H, W) that are all zero: a prompt that nobody gives. */
  readonly zeros: readonly { readonly name: string; readonly channels: number }[]
  /** In the order in which students take them. */
  readonly levels: readonly {
    /** The backbone's output. */
    readonly output: string
    readonly stride: number
    readonly channels: number
    /**
     * `map`: (1, channels, H / stride, W / stride). `tokens`: (1, n, channels), whose last H / stride * W / stride are the
     * patches, row by row.
     */
    readonly layout: 'map' | 'tokens'
  }[]
  /** What each token goes through afterwards: layer normalisation over its channels. */
  readonly tokenNorm: TokenNorm | null
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift; one scale and shift for each channel. */
export interface TokenNorm {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
  readonly epsilon: number
}

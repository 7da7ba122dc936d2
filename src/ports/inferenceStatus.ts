/** What runs a model's networks now, and why, in one sentence for the Models screen and the diagnostics. */
export interface InferenceStatus {
  /** `embedded`, or the id of a model of the library. */
  readonly modelId: string
  /** `split`: the encoder on WebGPU, the decoder on WASM. */
  readonly provider: 'wasm' | 'webgpu' | 'split'
  /** Threads that the WASM part may use. */
  readonly threads: number
  readonly note: string
}

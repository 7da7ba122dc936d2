/** A dense float32 tensor, row-major, with its shape. */
export interface FloatTensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

/**
 * A loaded network: named tensors in, named tensors out. `runtime/ort.ts` makes one from ONNX Runtime;
 * this layer and its tests know no runtime. One `run` at a time per session.
 */
export interface InferenceSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: { readonly [name: string]: FloatTensor }): Promise<{ readonly [name: string]: FloatTensor }>
  release(): Promise<void>
}

/** The two halves of the embedded model: the encoder alone is the backbone of students, both are the segmenter. */
export interface EmbeddedSessions {
  readonly encoder: InferenceSession
  readonly decoder: InferenceSession
}

/** The tensor of that name; a bug when the session does not have it (names are checked at load). */
export function tensorOf(tensors: { readonly [name: string]: FloatTensor }, name: string): FloatTensor {
  const tensor = tensors[name]
  if (tensor === undefined) throw new Error(`the network gave no tensor "${name}"`)
  return tensor
}

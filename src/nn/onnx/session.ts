import { AppError } from '../../core/errors'

/** A dense float32 tensor, row-major, with its shape. */
export interface FloatTensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

/** A dense tensor of another element type, as some published graphs want it. */
export type AnyTensor =
  | FloatTensor
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] }
  | { readonly type: 'int32'; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: 'uint8' | 'bool'; readonly data: Uint8Array; readonly dims: readonly number[] }

/** Name, element type ("float32", "int64", ...) and shape of a graph's input or output; text stands for an open size. */
export interface TensorFacts {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

/**
 * A loaded network: named tensors in, named tensors out. `runtime/ort.ts` makes one from ONNX Runtime;
 * this layer and its tests know no runtime. One `run` at a time per session.
 */
export interface InferenceSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** In the order of the names. A float16 tensor is said to be one, but goes in and comes out as float32. */
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  /** Throws `model/incompatible` for a feed that the graph does not have, lacks, or wants in another element type. */
  run(feeds: { readonly [name: string]: AnyTensor }): Promise<{ readonly [name: string]: AnyTensor }>
  release(): Promise<void>
}

/** The two halves of the embedded model: the encoder alone is the backbone of students, both are the segmenter. */
export interface EmbeddedSessions {
  readonly encoder: InferenceSession
  readonly decoder: InferenceSession
}

export function elementTypeOf(tensor: AnyTensor): 'float32' | 'int64' | 'int32' | 'uint8' | 'bool' {
  return 'type' in tensor ? tensor.type : 'float32'
}

/**
 * The float tensor of that name. A bug when the session does not have it (names are checked at load);
 * `model/incompatible` when the graph gave another element type.
 */
export function tensorOf(tensors: { readonly [name: string]: AnyTensor }, name: string): FloatTensor {
  const tensor = tensors[name]
  if (tensor === undefined) throw new Error(`the network gave no tensor "${name}"`)
  if ('type' in tensor) {
    throw new AppError('model/incompatible', `tensor "${name}" is ${tensor.type}, expected float32`)
  }
  return tensor
}

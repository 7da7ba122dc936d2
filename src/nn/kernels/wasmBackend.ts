import type { tf } from '../tf'

/** The part of the wasm backend (4.22) that kernels use. It is public there, but the package exports no type of it. */
export interface WasmBackend {
  readonly wasm: {
    _malloc(bytes: number): number
    /** The build with threads names its memory, the others export it. */
    readonly wasmMemory?: WebAssembly.Memory
    readonly asm: { readonly memory?: WebAssembly.Memory }
  }
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo
  disposeData(dataId: object): boolean
  /** The tensor's own memory, not a copy. Valid until the next allocation. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array
  incRef(dataId: object): void
}

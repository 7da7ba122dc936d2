/** A tensor in a file of weights. Its values are decoded when they are asked for. */
export interface StoredTensor {
  readonly dims: readonly number[]
  /**
   * The values, row-major, as many as `dims` says; a copy. Throws the reader's fault when the file does not hold them or
   * holds them in a form that is not read.
   */
  floats(): Float32Array<ArrayBuffer>
}

import type { PositionRule } from './positionTable'

/** A tensor in a file of weights. Its values are decoded when they are asked for. */
export interface StoredTensor {
  readonly dims: readonly number[]
  /**
   * The values, row-major, as many as `dims` says; a copy. Throws the reader's fault when the file does not hold them or
   * holds them in a form that is not read.
   */
  floats(): Float32Array<ArrayBuffer>
}

/** A matrix and its bias as they act: y = x kernel + bias, kernel (inputs, outputs). */
export interface LinearWeights {
  readonly inputs: number
  readonly outputs: number
  readonly kernel: Float32Array
  readonly bias: Float32Array
}

/** A file of weights, whatever its format, under the names that the network's authors gave. Faults are thrown. */
export interface WeightSource {
  readonly names: Iterable<string>
  tensor(name: string): StoredTensor | null
  /** The layer called `name`. */
  linear(name: string): LinearWeights
  /** Where the table is not stored under `name`: what the graph resamples, (1 + side * side, dim). */
  positions(name: string): { readonly dims: readonly number[]; readonly values: Float32Array } | null
  /** How the file's own graph resamples positions; null where it does not say. */
  readonly positionRule: PositionRule | null
}

/** (rows, columns) -> (columns, rows). */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!
  }
  return out
}

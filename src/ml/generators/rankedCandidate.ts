import type { MaskCandidate } from './generator'

/** One way of reading a model's answer: `map` > `threshold` is the mask. */
export interface RankedCandidate {
  /** How it was made (`candidateLabels.ts` says it to people). */
  readonly kind: string
  /** (rows, columns) on the answer's grid, 0..1. */
  readonly map: Float32Array
  readonly threshold: number
  /** Estimate of the mask's IoU, 0..1; null when nobody estimates it. */
  readonly predictedIou: number | null
  /** The model's candidate it was read from: its feedback goes back with the next click. */
  readonly source: MaskCandidate
}

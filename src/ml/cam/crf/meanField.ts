import { assert } from '../../../core/assert'
import type { RgbaImage } from '../../../core/raster'
import type { CrfParams } from '../camParams'

export interface CrfInput {
  readonly image: RgbaImage
  /** (K + 1, height, width) probabilities of the image's size, background first, summing to 1. */
  readonly probabilities: Float32Array<ArrayBuffer>
  /** K, without background. */
  readonly classCount: number
  /** Ranges in pixels of `image`. */
  readonly params: CrfParams
}

/** out[i] = sum_j k(i, j) values[j] over all pixels of the picture, j = i included, or an approximation of it. */
export type KernelSum = (values: Float32Array, out: Float32Array) => void

export interface WeightedKernel {
  readonly weight: number
  readonly sum: KernelSum
}

/** Probabilities below it would make a label impossible for good. */
const LEAST_PROBABILITY = 1e-5
const NORMALISATION_EPSILON = 1e-20

/**
 * Mean field of the fully connected CRF: U = -log clip(prob, 1e-5, 1), Q0 = softmax(-U), then
 * Q = softmax(-U + sum_m w_m k~_m Q), k~(i, j) = n_i k(i, j) n_j, n_i = 1 / sqrt(sum_j k(i, j) + 1e-20).
 * Adding the message of the same label is the Potts model up to a constant. Returns Q, (K + 1, height, width).
 * Known component: Kraehenbuehl and Koltun, "Efficient inference in fully connected CRFs" (2011), with the symmetric
 * normalisation of pydensecrf (methods/cam-pseudo-masks.md, D2).
 */
export function meanField(
  { image, probabilities, classCount, params }: CrfInput,
  kernels: readonly WeightedKernel[],
): Float32Array<ArrayBuffer> {
  const plane = image.width * image.height
  const labels = classCount + 1
  assert(probabilities.length === labels * plane, 'a CRF needs K + 1 probabilities a pixel')
  const terms = kernels.filter(({ weight }) => weight > 0).map((kernel) => normalised(kernel, plane))
  const evidence = new Float32Array(labels * plane) // -U
  for (let i = 0; i < evidence.length; i++) {
    evidence[i] = Math.log(Math.min(1, Math.max(LEAST_PROBABILITY, probabilities[i]!)))
  }
  const logits = evidence.slice()
  const q = new Float32Array(labels * plane)
  softmaxOverLabels(logits, q, labels, plane)
  const scaled = new Float32Array(plane)
  const message = new Float32Array(plane)
  for (let iteration = 0; iteration < params.iterations; iteration++) {
    logits.set(evidence)
    for (const { weight, sum, norm, ones } of terms) {
      const background = logits.subarray(0, plane)
      // Q sums to 1 and the sum is linear, so the background's message is that of all labels less the others'.
      for (let p = 0; p < plane; p++) background[p]! += weight * ones[p]!
      for (let label = 1; label < labels; label++) {
        const at = label * plane
        for (let p = 0; p < plane; p++) scaled[p] = norm[p]! * q[at + p]!
        sum(scaled, message)
        for (let p = 0; p < plane; p++) {
          const told = weight * norm[p]! * message[p]!
          logits[at + p]! += told
          background[p]! -= told
        }
      }
    }
    softmaxOverLabels(logits, q, labels, plane)
  }
  return q
}

/** `norm`: n. `ones`: k~ applied to a map of ones. */
function normalised({ weight, sum }: WeightedKernel, plane: number) {
  const sums = new Float32Array(plane)
  sum(new Float32Array(plane).fill(1), sums)
  const norm = sums.map((value) => 1 / Math.sqrt(Math.max(value, 0) + NORMALISATION_EPSILON))
  const ones = new Float32Array(plane)
  sum(norm, ones)
  for (let p = 0; p < plane; p++) ones[p]! *= norm[p]!
  return { weight, sum, norm, ones }
}

/** (L, plane) -> (L, plane), shifted by the maximum so that exp stays finite. */
function softmaxOverLabels(logits: Float32Array, into: Float32Array, labels: number, plane: number): void {
  for (let p = 0; p < plane; p++) {
    let max = -Infinity
    for (let i = p; i < labels * plane; i += plane) if (logits[i]! > max) max = logits[i]!
    let sum = 0
    for (let i = p; i < labels * plane; i += plane) {
      const value = Math.exp(logits[i]! - max)
      into[i] = value
      sum += value
    }
    for (let i = p; i < labels * plane; i += plane) into[i]! /= sum
  }
}

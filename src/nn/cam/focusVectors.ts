import { constantOf } from '../ops/constantOf'
import { tf } from '../tf'
import type { ContentPlaces } from './pooling'

/** Vectors of the contrastive loss with their labels: k + 1 a defect of class k, 0 what must look like a clean image. */
export interface FocusVectors {
  /** (M, C) */
  readonly vectors: tf.Tensor2D
  readonly labels: readonly number[]
}

const EPSILON = 1e-6

/**
 * Pools a batch's features for the contrastive module (methods/cam-pseudo-masks.md, A3; that a contrastive module is coupled
 * with guided crops is stated by the source, what it contrasts is our reconstruction):
 *   a picture with class k: its defect, u+ = sum C_k f / sum C_k, label k + 1
 *   and its surroundings, u- = sum (1 - max_k C_k) f / sum (1 - max_k C_k), label 0
 *   a picture without: its mean f, label 0
 * C_k is the class map stretched to 0..1 over the picture; no gradient flows through it.
 *
 * @param features f, (N, h, w, C)
 * @param classes class maps (N, h, w, K)
 * @param presences K bytes a picture; 255 counts as absent here
 */
export function focusVectors(
  features: tf.Tensor4D,
  classes: tf.Tensor4D,
  { mask }: ContentPlaces,
  presences: readonly Uint8Array[],
): FocusVectors {
  const [n, h, w, k] = classes.shape
  const labels: number[] = []
  const rows: { readonly picture: number; readonly plane: number }[] = []
  // Planes 0..K-1: the classes; K: the surroundings; K + 1: everything.
  presences.forEach((presence, picture) => {
    const present = [...presence.keys()].filter((index) => presence[index] === 1)
    for (const index of present) rows.push({ picture, plane: index })
    for (const index of present) labels.push(index + 1)
    rows.push({ picture, plane: present.length > 0 ? k : k + 1 })
    labels.push(0)
  })
  const weights = constantOf(classes, (values) => {
    const stretched = stretch(values, mask)
    const isPresent = tf.tensor4d(
      presences.flatMap((presence) => Array.from(presence, (value) => (value === 1 ? 1 : 0))),
      [n, 1, 1, k],
    )
    const strongest = tf.max(tf.mul(stretched, isPresent), 3, true)
    const around = tf.mul(tf.sub(1, strongest), mask)
    return tf.concat([stretched, around, mask], 3) as tf.Tensor4D // (N, h, w, K + 2)
  })
  // (N, K + 2, h w) x (N, h w, C)
  const flat = tf.reshape(tf.transpose(weights, [0, 3, 1, 2]), [n, k + 2, h * w]) as tf.Tensor3D
  const channels = features.shape[3]
  const sums = tf.matMul(flat, tf.reshape(features, [n, h * w, channels]) as tf.Tensor3D)
  const means = tf.div(sums, tf.add(tf.sum(flat, 2, true), EPSILON))
  const all = tf.reshape(means, [n * (k + 2), channels]) as tf.Tensor2D
  // A product with rows of 0 and 1 picks them, and has a gradient on every backend.
  const chosen = new Float32Array(rows.length * n * (k + 2))
  rows.forEach(({ picture, plane }, row) => (chosen[(row * n + picture) * (k + 2) + plane] = 1))
  return { vectors: tf.matMul(tf.tensor2d(chosen, [rows.length, n * (k + 2)]), all), labels }
}

/** Min-max over the picture of every map; a constant map becomes 0. */
function stretch(maps: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  const outside = tf.mul(tf.sub(1, mask), 1e9)
  const least = tf.min(tf.min(tf.add(maps, outside), 1, true), 2, true)
  const most = tf.max(tf.max(tf.sub(maps, outside), 1, true), 2, true)
  const range = tf.maximum(tf.sub(most, least), EPSILON)
  return tf.mul(tf.div(tf.sub(maps, least), range), mask)
}

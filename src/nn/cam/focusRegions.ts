import { tf } from '../tf'

/** Regions of a batch whose mean features the contrastive loss compares. */
export interface FocusRegions {
  /** (N, K + 2, h w), 0..1: each class, the surroundings of the defects, the whole of a clean picture. */
  readonly weights: tf.Tensor3D
  /** (N (K + 2)): 1 where the region exists. */
  readonly isUsed: tf.Tensor1D
  /** One for each region, in order: class k is k + 1, surroundings and clean pictures 0. */
  readonly labels: readonly number[]
}

const FAR_BELOW = 1e9

/**
 * Where the class maps see defects, and where not. C_k = min-max normalised relu of the map over the content; u+ weighs by
 * C_k for each class that is in the picture, u- by 1 - max_k C_k for a picture with any, u0 by the content of a picture
 * with none. A map that is flat shows no defect: its region, and the surroundings of only such maps, are left out.
 * Constant: no gradient runs through it. Source: methods/cam-pseudo-masks.md, A3 (our reconstruction).
 *
 * @param maps (N, h, w, K)
 * @param content (N, h, w), 1 inside, 0 in the padding
 * @param presence (N, K) as bytes: 1 present, 0 absent, 255 unknown
 */
export function focusRegions(
  maps: tf.Tensor4D,
  content: tf.Tensor3D,
  presence: readonly Uint8Array[],
): FocusRegions {
  const [n, h, w, classes] = maps.shape
  const size = h * w
  const present = tf.tensor3d(
    Float32Array.from(presence.flatMap((row) => [...row].map((value) => (value === 1 ? 1 : 0)))),
    [n, classes, 1],
  )
  const clean = tf.tensor3d(
    Float32Array.from(presence, (row) => (row.every((value) => value === 0) ? 1 : 0)),
    [n, 1, 1],
  )
  const inside = tf.reshape(content, [n, 1, size])
  const rows = tf.relu(tf.reshape(tf.transpose(maps, [0, 3, 1, 2]), [n, classes, size]))
  const highest = tf.max(tf.sub(tf.mul(rows, inside), tf.mul(tf.sub(1, inside), FAR_BELOW)), 2, true)
  const lowest = tf.min(tf.add(tf.mul(rows, inside), tf.mul(tf.sub(1, inside), FAR_BELOW)), 2, true)
  const range = tf.sub(highest, lowest) // (N, K, 1)
  const seen = tf.mul(present, tf.step(range)) as tf.Tensor3D
  const safeRange = tf.add(range, tf.sub(1, tf.step(range)))
  const heat = tf.mul(tf.mul(tf.div(tf.sub(rows, lowest), safeRange), inside), seen) // (N, K, size)
  const around = tf.mul(tf.sub(1, tf.max(heat, 1, true)), inside)
  const any = tf.max(seen, 1, true) // (N, 1, 1)
  const weights = tf.concat(
    [heat, tf.mul(around, any), tf.mul(tf.mul(tf.onesLike(around), inside), clean)],
    1,
  )
  const isUsed = tf.reshape(tf.concat([seen, any, clean], 1), [n * (classes + 2)])
  const labels = presence.flatMap(() => [...Array.from({ length: classes }, (_, k) => k + 1), 0, 0])
  return { weights: weights as tf.Tensor3D, isUsed: isUsed as tf.Tensor1D, labels }
}

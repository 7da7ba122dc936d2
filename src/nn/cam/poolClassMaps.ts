import { differentiable } from '../ops/differentiable'
import { tf } from '../tf'

/** How a class map becomes a logit: the mean over the content, or over its strongest cells. */
export type Pooling = 'top' | 'mean'

/** Cells of the content that `top` takes, at least one (our reconstruction: a small defect drowns in a mean). */
const TOP_SHARE = 0.01
/** Lower than any class map: padding never is among the strongest. */
const FAR_BELOW = 1e9

/** How many cells of the content the pooled logit is the mean of. */
export function pooledCellCount(contentCells: number, pooling: Pooling): number {
  return pooling === 'mean' ? contentCells : Math.max(1, Math.round(TOP_SHARE * contentCells))
}

/**
 * Logits (N, K) of class maps (N, h, w, K): the mean of each map over the content, or over the strongest 1 % of it.
 * `content` (N, h, w) is 1 inside, 0 in the padding; `cells` counts what is inside, one number for each view.
 *
 * The gradient of `top` is exact for the cells that are taken, and which are taken is a constant of the step (cells that
 * tie with the weakest one taken share its weight). Source: methods/cam-pseudo-masks.md, A1, logit as the mean of the class
 * map (our reconstruction), `top` after its image score in §8.
 */
export function poolClassMaps(
  maps: tf.Tensor4D,
  content: tf.Tensor3D,
  cells: readonly number[],
  pooling: Pooling,
): tf.Tensor2D {
  const [n, h, w, classes] = maps.shape
  const op = differentiable((input: tf.Tensor4D) => {
    const rows = tf.reshape(tf.transpose(input, [0, 3, 1, 2]), [n, classes, h * w]) as tf.Tensor3D
    const inside = tf.reshape(content, [n, 1, h * w]) as tf.Tensor3D
    const taken = takenCells(rows, inside, cells, pooling)
    const weights = tf.div(taken, tf.sum(taken, 2, true)) as tf.Tensor3D
    const value = tf.sum(tf.mul(rows, weights), 2) as tf.Tensor2D
    const gradient = (dy: tf.Tensor2D, [saved]: readonly tf.Tensor[]) => {
      const spread = tf.mul(saved as tf.Tensor3D, tf.reshape(dy, [n, classes, 1]))
      return [tf.transpose(tf.reshape(spread, [n, classes, h, w]), [0, 2, 3, 1])]
    }
    return { value, saved: [weights], gradient }
  })
  return op(maps)
}

/** 1 for each cell that counts, (N, K, cells of the grid). */
function takenCells(
  rows: tf.Tensor3D,
  inside: tf.Tensor3D,
  cells: readonly number[],
  pooling: Pooling,
): tf.Tensor3D {
  const [n, classes, size] = rows.shape
  if (pooling === 'mean') return tf.mul(tf.onesLike(rows), inside)
  const masked = tf.add(tf.mul(rows, inside), tf.mul(tf.sub(inside, 1), FAR_BELOW)) as tf.Tensor3D
  const counts = cells.map((count) => pooledCellCount(count, pooling))
  const most = Math.min(size, Math.max(...counts))
  const { values } = tf.topk(masked, most) // (N, K, most), descending
  const last = new Float32Array(n * most)
  counts.forEach((count, i) => (last[i * most + count - 1] = 1))
  const threshold = tf.sum(tf.mul(values, tf.tensor3d(last, [n, 1, most])), 2, true)
  const strong = tf.cast(tf.greaterEqual(masked, tf.tile(threshold, [1, 1, size])), 'float32')
  return tf.reshape(strong, [n, classes, size])
}

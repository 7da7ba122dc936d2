import type { Size } from '../../core/geometry'
import { constantOf } from '../ops/constantOf'
import { tf } from '../tf'

/** How class maps become logits: the mean of all places, or of the strongest share of them. */
export type Pooling = 'mean' | 'top'

/** The strongest 1 % (docs/benchmarks.md: small defects drown in the mean of a whole picture). */
const TOP_SHARE = 0.01

/** Where the pictures of a batch lie on their canvases. */
export interface ContentPlaces {
  /** (N, h, w, 1): 1 on the picture, 0 on padding. */
  readonly mask: tf.Tensor4D
  /** Places of each picture. */
  readonly counts: readonly number[]
}

/** Grid cells that lie on the picture, of maps of a stride on a canvas. Dispose the mask. */
export function placeContents(contents: readonly Size[], canvas: Size, stride: number): ContentPlaces {
  const grid = { width: Math.round(canvas.width / stride), height: Math.round(canvas.height / stride) }
  const values = new Float32Array(contents.length * grid.width * grid.height)
  const counts = contents.map((content, n) => {
    const { width, height } = contentCells(content, stride, grid)
    for (let y = 0; y < height; y++) {
      const at = (n * grid.height + y) * grid.width
      values.fill(1, at, at + width)
    }
    return width * height
  })
  return { mask: tf.tensor4d(values, [contents.length, grid.height, grid.width, 1]), counts }
}

/** At least one cell; a cell that the picture covers by half or more belongs to it. */
export function contentCells(content: Size, stride: number, grid: Size): Size {
  return {
    width: Math.min(grid.width, Math.max(1, Math.round(content.width / stride))),
    height: Math.min(grid.height, Math.max(1, Math.round(content.height / stride))),
  }
}

/**
 * Class maps (N, h, w, K) -> logits (N, K). `top`: of each map the mean of its largest max(1, floor(.01 places)) values;
 * which they are is taken as given, so the gradient is that of a mean over them.
 */
export function poolClassMaps(
  maps: tf.Tensor4D,
  { mask, counts }: ContentPlaces,
  pooling: Pooling,
): tf.Tensor2D {
  const chosen = pooling === 'mean' ? mask : constantOf(maps, (values) => strongest(values, mask, counts))
  const sums = tf.sum(tf.mul(maps, chosen), [1, 2])
  return tf.div(sums, tf.sum(chosen, [1, 2]))
}

/** (N, h, w, K) of 0 and 1: the choice is constant around a point. */
function strongest(maps: tf.Tensor4D, mask: tf.Tensor4D, counts: readonly number[]): tf.Tensor4D {
  const [n, h, w, k] = maps.shape
  const wanted = counts.map((count) => Math.max(1, Math.floor(TOP_SHARE * count)))
  const most = Math.max(...wanted)
  const onPicture = tf.sub(maps, tf.mul(tf.sub(1, mask), 1e9))
  const rows = tf.reshape(tf.transpose(onPicture, [0, 3, 1, 2]), [n, k, h * w])
  const { values } = tf.topk(rows, most)
  // The least value that still counts, by each picture's own number of places.
  const isLast = new Float32Array(n * most)
  wanted.forEach((count, i) => (isLast[i * most + count - 1] = 1))
  const last = tf.tensor3d(isLast, [n, 1, most])
  const least = tf.reshape(tf.sum(tf.mul(values, last), 2), [n, 1, 1, k])
  return tf.cast(tf.greaterEqual(onPicture, least), 'float32') as tf.Tensor4D
}

import { assert } from '../../core/assert'
import { tf } from '../tf'
import { differentiable } from './differentiable'

/**
 * Maximum of each 2 x 2 block: x (N, 2h, 2w, C) -> (N, h, w, C), in two halvings, of rows and then of columns. The
 * gradient goes to one pixel of the block, of equal ones to the first.
 *
 * The wasm backend's own gradient is wrong for more than one channel. A row is a run of memory here, so both halvings
 * are slices of a matrix.
 */
export function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = x.shape
  assert(height % 2 === 0 && width % 2 === 0, `sides that halve, got ${height} x ${width}`)
  const byRow = { pairs: (n * height) / 2, run: width * channels }
  const byColumn = { pairs: (n * height * width) / 4, run: channels }
  const op = differentiable((input: tf.Tensor4D) => {
    const [top, bottom] = halves(input, byRow)
    const [left, right] = halves(larger(top, bottom), byColumn)
    const value = tf.reshape(larger(left, right), [n, height / 2, width / 2, channels]) as tf.Tensor4D
    return {
      value,
      // 1 where the second of a pair is the larger.
      saved: [tf.step(tf.sub(bottom, top)), tf.step(tf.sub(right, left))],
      gradient: (dy: tf.Tensor4D, [bottomWins, rightWins]) => {
        const columns = split(tf.reshape(dy, [byColumn.pairs, byColumn.run]), rightWins!)
        const rows = split(tf.reshape(columns, [byRow.pairs, byRow.run]), bottomWins!)
        return [tf.reshape(rows, [n, height, width, channels])]
      },
    }
  })
  return op(x)
}

/** Every pair of runs, first and second apart: (pairs, run) each. */
function halves(
  x: tf.Tensor,
  { pairs, run }: { readonly pairs: number; readonly run: number },
): [tf.Tensor, tf.Tensor] {
  const matrix = tf.reshape(x, [pairs, 2 * run])
  return [tf.slice(matrix, [0, 0], [pairs, run]), tf.slice(matrix, [0, run], [pairs, run])]
}

// b + relu(a - b): the wasm backend's `maximum` takes ten times as long.
function larger(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.add(b, tf.relu(tf.sub(a, b)))
}

/** The opposite of `halves` for a gradient (pairs, run): it goes to the second where that won, else to the first. */
function split(dy: tf.Tensor, secondWins: tf.Tensor): tf.Tensor {
  const second = tf.mul(dy, secondWins)
  return tf.concat([tf.sub(dy, second), second], 1)
}

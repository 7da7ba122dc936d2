import { tf } from '../tf'
import { columnSums } from './columnSums'
import { differentiable } from './differentiable'

/**
 * y = x kernel + bias with a kernel that is never trained: gradients go to x and to the bias alone, which saves a third of
 * a layer's work. x (M, I), kernel (I, O), bias (O) -> (M, O).
 */
export function frozenLinear(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const op = differentiable((input: tf.Tensor2D, shift: tf.Tensor1D) => ({
    value: tf.add(tf.matMul(input, kernel), shift) as tf.Tensor2D,
    saved: [kernel],
    // Transposed by itself: `matMul` with a transposed operand is ten times slower on wasm.
    gradient: (dy: tf.Tensor2D, [k]) => [
      tf.matMul(dy, tf.transpose(k as tf.Tensor2D, [1, 0])),
      columnSums(dy),
    ],
  }))
  return op(x, bias)
}

/** The same where x needs no gradient either (pixels). */
export function frozenLinearOfConstant(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const op = differentiable((shift: tf.Tensor1D) => ({
    value: tf.add(tf.matMul(x, kernel), shift) as tf.Tensor2D,
    saved: [],
    gradient: (dy: tf.Tensor2D) => [columnSums(dy)],
  }))
  return op(bias)
}

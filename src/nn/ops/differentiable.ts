import { tf } from '../tf'

export interface Forward<Y extends tf.Tensor> {
  readonly value: Y
  /** Tensors the gradient needs; they live until it has run. */
  readonly saved: readonly tf.Tensor[]
  /** dL/dy and the saved tensors -> one gradient for each input, in order. */
  readonly gradient: (dy: Y, saved: readonly tf.Tensor[]) => readonly tf.Tensor[]
}

/** `tf.customGrad` with types: an operation that brings its own gradient. */
export function differentiable<X extends readonly tf.Tensor[], Y extends tf.Tensor>(
  forward: (...inputs: X) => Forward<Y>,
): (...inputs: X) => Y {
  // TensorFlow.js passes inputs and the save function in one untyped list; this is the one place that knows.
  const op = tf.customGrad((...args) => {
    const inputs = args.slice(0, -1) as unknown as X
    const save = args.at(-1) as tf.GradSaveFunc
    const { value, saved, gradient } = forward(...inputs)
    save([...saved])
    // TensorFlow.js tidies the forward pass, but would keep every intermediate of the gradient until the step ends.
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) => tf.tidy(() => [...gradient(dy as Y, kept)])
    return { value, gradFunc }
  })
  return (...inputs) => op(...inputs) as Y
}

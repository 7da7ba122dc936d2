import { createRandom } from '../../core/random'
import { tf } from '../tf'
import { maxDifference } from './maxDifference'

/**
 * Tests only: the largest difference between the gradients of <f(inputs), y>, y fixed and random, and its central
 * differences, over every coefficient of every input. `f` must be linear or smooth around the inputs, which are drawn
 * from the standard normal. Throws when `f` or its gradient leaves a tensor behind.
 */
export function gradientError(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  shapes: readonly (readonly number[])[],
  step = 1e-2,
): number {
  const before = tf.memory().numTensors
  const random = createRandom(11)
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal())
  const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
  const values = shapes.map((shape) => draw(sizeOf(shape)))
  const tensors = (from: readonly Float32Array[]) => from.map((data, i) => tf.tensor(data, [...shapes[i]!]))
  let largest = 0
  tf.tidy(() => {
    const shapeOfY = f(...tensors(values)).shape
    const y = tf.tensor(draw(sizeOf(shapeOfY)), shapeOfY)
    const evaluate = (from: readonly Float32Array[]): number =>
      tf.tidy(() => {
        const products = Float32Array.from(tf.mul(f(...tensors(from)), y).dataSync())
        return products.reduce((a, b) => a + b, 0) // in double precision
      })
    const gradients = tf.grads((...inputs) => f(...inputs))(tensors(values), y)
    gradients.forEach((gradient, input) => {
      const numeric = values[input]!.map((_, at) => {
        const nudged = (by: number): number =>
          evaluate(values.map((data, i) => (i === input ? data.map((v, p) => (p === at ? v + by : v)) : data)))
        return (nudged(step) - nudged(-step)) / (2 * step)
      })
      largest = Math.max(largest, maxDifference(gradient.dataSync(), numeric))
    })
  })
  const left = tf.memory().numTensors - before
  if (left !== 0) throw new Error(`${left} tensors are left behind`)
  return largest
}

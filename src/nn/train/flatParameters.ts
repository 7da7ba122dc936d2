import { assert } from '../../core/assert'
import { createRandom } from '../../core/random'
import type { ParameterSpec, Weights } from '../students/student'
import { tf } from '../tf'

/**
 * All trainable numbers of a student in one vector, tensor after tensor in the order of the specs. The optimiser, the
 * average and the clipping are then a dozen operations instead of a dozen for each of some forty tensors.
 */
export interface ParameterLayout {
  readonly specs: readonly ParameterSpec[]
  readonly offsets: readonly number[]
  readonly size: number
}

export function layOut(specs: readonly ParameterSpec[]): ParameterLayout {
  const offsets: number[] = []
  let size = 0
  for (const { shape } of specs) {
    offsets.push(size)
    size += shape.reduce((a, b) => a * b, 1)
  }
  return { specs, offsets, size }
}

/** The starting point; equal seeds give equal numbers. */
export function initialValues({ specs, size }: ParameterLayout, seed: number): Float32Array {
  const random = createRandom(seed)
  const values = new Float32Array(size)
  let at = 0
  for (const { shape, initial } of specs) {
    const count = shape.reduce((a, b) => a * b, 1)
    if (initial instanceof Float32Array) {
      assert(initial.length === count, `initial values of shape ${shape.join('x')} are ${initial.length}`)
      values.set(initial, at)
    } else if (typeof initial === 'number') values.fill(initial, at, at + count)
    else {
      const bound = 1 / Math.sqrt(initial.fanIn)
      for (let i = at; i < at + count; i++) values[i] = (2 * random.next() - 1) * bound
    }
    at += count
  }
  return values
}

/** The vector cut into tensors, in the order of the specs. */
export function cutWeights({ specs, offsets }: ParameterLayout, flat: tf.Tensor1D): tf.Tensor[] {
  return specs.map(({ shape }, i) => {
    const count = shape.reduce((a, b) => a * b, 1)
    return tf.reshape(tf.slice(flat, offsets[i]!, count), [...shape])
  })
}

/** The opposite of `cutWeights`, for gradients. */
export function joinGradients(gradients: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(gradients.map((gradient) => tf.reshape(gradient, [-1]) as tf.Tensor1D))
}

export function nameWeights({ specs }: ParameterLayout, tensors: readonly tf.Tensor[]): Weights {
  return new Map(specs.map(({ name }, i) => [name, tensors[i]!]))
}

export function nameValues(
  { specs, offsets, size }: ParameterLayout,
  flat: Float32Array,
): ReadonlyMap<string, Float32Array> {
  return new Map(specs.map(({ name }, i) => [name, flat.subarray(offsets[i]!, offsets[i + 1] ?? size)]))
}

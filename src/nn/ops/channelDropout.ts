import type { Random } from '../../core/random'
import { tf } from '../tf'

/**
 * A multiplier (N, 1, 1, C) that switches whole channels off with probability `rate` and scales the others by
 * 1 / (1 - rate), so that the expected value stays (Tompson et al. 2015). Drawn from the seeded stream, so that equal
 * seeds give equal runs on every backend.
 */
export function channelDropoutMask(n: number, channels: number, rate: number, random: Random): tf.Tensor4D {
  const kept = 1 / (1 - rate)
  const values = Float32Array.from({ length: n * channels }, () => (random.next() < rate ? 0 : kept))
  return tf.tensor4d(values, [n, 1, 1, channels])
}

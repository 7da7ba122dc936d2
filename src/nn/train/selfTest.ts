import { createRandom } from '../../core/random'
import { createTarget, disposeTarget } from '../losses/target'
import { disposeReport } from '../losses/studentLoss'
import { light } from '../students/light'
import { tf } from '../tf'
import type { Batch } from './batches'
import { TrainingState } from './trainingState'

/** Losses of the first two steps as the cpu backend computes them (the test beside this file keeps them true). */
export const SELF_TEST_LOSSES: readonly [number, number] = [0.739379, 0.638318]
/** Backends differ by rounding, about 1e-5; a backend that is wrong differs by far more. */
const TOLERANCE = 1e-3

/**
 * Whether the current backend trains rightly: two steps of a tiny student (convolutions, normalisation, enlargement,
 * both losses, AdamW) against stored losses. Some devices give zeros or nonsense without any error.
 */
export async function passesSelfTest(): Promise<boolean> {
  const losses = await selfTestLosses()
  return losses.every((loss, i) => Math.abs(loss - SELF_TEST_LOSSES[i]!) < TOLERANCE)
}

export async function selfTestLosses(): Promise<readonly number[]> {
  const [width, height, classCount] = [16, 16, 1]
  const levels = [
    { stride: 4, channels: 3 },
    { stride: 8, channels: 3 },
  ]
  const network = light.build(
    { classCount, levels, backboneWeights: null, input: { width, height } },
    { channels: 8, dropout: 0 },
  )
  const random = createRandom(1)
  const noise = (shape: [number, number, number, number]): tf.Tensor4D => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal())
    return tf.tensor4d(values, shape)
  }
  const features = [noise([2, 4, 4, 3]), noise([2, 2, 2, 3])]
  const labels = Array.from({ length: 2 }, () => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, p) => (p % width > 9 ? 1 : 0)),
  }))
  const batch: Batch = {
    input: { features, pixels: noise([2, 4, 4, 48]) },
    target: createTarget(labels, [null, null], classCount),
  }
  const weights = tf.tensor1d([1, 1])
  const state = new TrainingState(network, 1)
  try {
    const losses: number[] = []
    for (let step = 0; step < 2; step++) {
      const report = state.step(
        batch,
        {
          loss: {
            classWeights: weights,
            binaryWeight: 0.5,
            diceBeta: 0.4,
            correction: { threshold: 0.9, cap: 1 },
          },
          optimiser: { learningRate: 0.01, weightDecay: 0.01 },
          clipNorm: 1,
          emaLimit: 0.9,
        },
        random,
      )
      losses.push((await report.terms.data())[0]!)
      disposeReport(report)
    }
    return losses
  } finally {
    state.dispose()
    disposeTarget(batch.target)
    tf.dispose([weights, batch.input.pixels, ...features])
  }
}

import type { Random } from '../../core/random'
import { studentLoss, type StudentLossOptions, type StudentLossReport } from '../losses/studentLoss'
import type { StudentNetwork } from '../students/student'
import { tf } from '../tf'
import { adamW, clipByNorm, type AdamWOptions, type AdamWState } from './adamW'
import type { Batch } from './batches'
import { emaDecayAt, movingAverage } from './ema'
import {
  cutWeights,
  initialValues,
  joinGradients,
  layOut,
  nameWeights,
  type ParameterLayout,
} from './flatParameters'

export interface StepOptions {
  readonly loss: StudentLossOptions
  readonly optimiser: AdamWOptions
  /** 0 = no clipping. */
  readonly clipNorm: number
  readonly emaLimit: number
}

/** The weights of a run, their optimiser and their moving average. Owns four vectors until `dispose`. */
export class TrainingState {
  readonly layout: ParameterLayout
  private readonly network: StudentNetwork
  private adam: AdamWState
  private average: tf.Tensor1D
  private steps = 0

  constructor(network: StudentNetwork, seed: number) {
    this.network = network
    this.layout = layOut(network.parameters)
    const start = initialValues(this.layout, seed)
    this.adam = {
      parameters: tf.tensor1d(start),
      mean: tf.zeros([this.layout.size]),
      meanSquare: tf.zeros([this.layout.size]),
    }
    this.average = tf.tensor1d(start)
  }

  /**
   * One step: forward, loss, gradients, clipping, AdamW, average. When the loss or the gradient is not finite nothing
   * changes but the step count: the choice is made on the device, so nothing waits for a value to be read.
   * The report's tensors belong to the caller.
   */
  step(batch: Batch, options: StepOptions, dropout: Random): StudentLossReport {
    let report: StudentLossReport | null = null
    const next = tf.tidy(() => {
      const weights = cutWeights(this.layout, this.adam.parameters)
      const { value, grads } = tf.valueAndGrads((...tensors) => {
        const logits = this.network.forward(nameWeights(this.layout, tensors), batch.input, dropout)
        const result = studentLoss(logits, batch.target, options.loss)
        report = result.report
        return result.loss
      })(weights)
      const gradient = joinGradients(grads)
      // 1 when all is finite, else 0. The gradient is made finite first, for 0 times NaN is NaN.
      const isFinite = tf.cast(tf.isFinite(tf.add(value, tf.sum(tf.square(gradient)))), 'float32')
      const finite = tf.where(tf.isFinite(gradient), gradient, tf.zerosLike(gradient))
      const moved = adamW(this.adam, clipByNorm(finite, options.clipNorm), this.steps, options.optimiser)
      const decay = emaDecayAt(this.steps, options.emaLimit)
      const average = movingAverage(this.average, moved.parameters, decay)
      const isLost = tf.sub(1, isFinite)
      const choose = (after: tf.Tensor1D, before: tf.Tensor1D): tf.Tensor1D =>
        tf.add(tf.mul(after, isFinite), tf.mul(before, isLost))
      return {
        parameters: choose(moved.parameters, this.adam.parameters),
        mean: choose(moved.mean, this.adam.mean),
        meanSquare: choose(moved.meanSquare, this.adam.meanSquare),
        average: choose(average, this.average),
      }
    })
    const { average, ...adam } = next
    tf.dispose([this.adam.parameters, this.adam.mean, this.adam.meanSquare, this.average])
    this.adam = adam
    this.average = average
    this.steps++
    return report! // `forward` has run
  }

  /** Logits of the averaged weights, without dropout. The caller disposes them. */
  predict(batch: Batch): tf.Tensor4D {
    return tf.tidy(() =>
      this.network.forward(
        nameWeights(this.layout, cutWeights(this.layout, this.average)),
        batch.input,
        null,
      ),
    )
  }

  async averagedWeights(): Promise<Float32Array> {
    return Float32Array.from(await this.average.data())
  }

  dispose(): void {
    tf.dispose([this.adam.parameters, this.adam.mean, this.adam.meanSquare, this.average])
  }
}

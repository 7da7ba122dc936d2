import { assert } from '../../core/assert'
import type { Random } from '../../core/random'
import { studentLoss, type StudentLossOptions, type StudentLossReport } from '../losses/studentLoss'
import { hasOwnKernels } from '../kernels/ownKernels'
import { ownOptimiserStep } from '../kernels/optimiserKernels'
import type { StudentNetwork, Weights } from '../students/student'
import { tf } from '../tf'
import { adamW, BETA_1, BETA_2, clipByNorm, type AdamWOptions, type AdamWState } from './adamW'
import type { Batch } from './batches'
import { emaDecayAt, movingAverage } from './ema'
import {
  cutWeights,
  initialValues,
  joinGradients,
  layOut,
  nameValues,
  nameWeights,
  type ParameterLayout,
} from './flatParameters'

/** The share of a new batch in the running statistics, as in PyTorch; larger at first, so that they start unbiased. */
const STATISTICS_MOMENTUM = 0.1

export interface StepOptions {
  readonly loss: StudentLossOptions
  readonly optimiser: AdamWOptions
  /** 0 = no clipping. */
  readonly clipNorm: number
  readonly emaLimit: number
}

/** The vectors of a run. `average` and `averageStatistics` are the moving averages that are validated and exported. */
interface Vectors extends AdamWState {
  readonly statistics: tf.Tensor1D
  readonly average: tf.Tensor1D
  readonly averageStatistics: tf.Tensor1D
}

/** The vectors off the device, by name, with the number of steps that made them. */
export interface SavedState {
  readonly steps: number
  readonly vectors: ReadonlyMap<string, Float32Array>
}

/** The weights of a run, their optimiser and their moving average. Owns its vectors and the network's constants until `dispose`. */
export class TrainingState {
  private readonly network: StudentNetwork
  private readonly layout: ParameterLayout
  private readonly statisticsLayout: ParameterLayout
  /** The network's frozen tensors. */
  private readonly constants: Weights
  private vectors: Vectors
  private steps = 0

  constructor(network: StudentNetwork, seed: number) {
    this.network = network
    this.layout = layOut(network.parameters)
    this.statisticsLayout = layOut(network.statistics)
    const start = initialValues(this.layout, seed)
    const statistics = initialValues(this.statisticsLayout, seed)
    this.constants = new Map(
      network.constants.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]),
    )
    this.vectors = {
      parameters: tf.tensor1d(start),
      mean: tf.zeros([this.layout.size]),
      meanSquare: tf.zeros([this.layout.size]),
      statistics: tf.tensor1d(statistics),
      average: tf.tensor1d(start),
      averageStatistics: tf.tensor1d(statistics),
    }
  }

  /**
   * One step: forward, loss, gradients, clipping, AdamW, averages. When the loss or the gradient is not finite nothing
   * changes but the step count: the choice is made on the device, so nothing waits for a value to be read.
   * The report's tensors belong to the caller.
   */
  step(batch: Batch, options: StepOptions, dropout: Random): StudentLossReport {
    const before = this.vectors
    let report: StudentLossReport | null = null
    this.vectors = tf.tidy(() => {
      const observed = new Map<string, tf.Tensor>()
      const { value, grads } = tf.valueAndGrads((...tensors) => {
        const weights = new Map([...nameWeights(this.layout, tensors), ...this.constants])
        const logits = this.network.forward(weights, batch.input, {
          kind: 'train',
          random: dropout,
          observe: (name, { mean, variance }) => {
            observed.set(`${name}.mean`, tf.keep(tf.clone(mean)))
            observed.set(`${name}.variance`, tf.keep(tf.clone(variance)))
          },
        })
        const result = studentLoss(logits, batch.target, options.loss)
        report = result.report
        return result.loss
      })(cutWeights(this.layout, before.parameters))
      const gradient = joinGradients(grads)
      const batchStatistics = tf.concat1d(
        this.network.statistics.map(({ name }) => observed.get(name) as tf.Tensor1D),
      )
      tf.dispose([...observed.values()])

      const decay = emaDecayAt(this.steps, options.emaLimit)
      const optimise = hasOwnKernels() ? optimiseOwn : optimiseByTensors
      const { isFinite, ...moved } = optimise(before, gradient, value, this.steps, options, decay)
      const momentum = Math.max(STATISTICS_MOMENTUM, 1 / (this.steps + 1))
      const statistics = movingAverage(before.statistics, finiteOrZero(batchStatistics), 1 - momentum)
      const choose = chooseBy(isFinite)
      return {
        ...moved,
        statistics: choose(statistics, before.statistics),
        averageStatistics: choose(
          movingAverage(before.averageStatistics, statistics, decay),
          before.averageStatistics,
        ),
      }
    })
    disposeVectors(before)
    this.steps++
    return report! // the loss has run
  }

  /** Logits of the averaged weights, without dropout. The caller disposes them. */
  predict(batch: Batch): tf.Tensor4D {
    return tf.tidy(() => {
      const weights = new Map([
        ...nameWeights(this.layout, cutWeights(this.layout, this.vectors.average)),
        ...nameWeights(
          this.statisticsLayout,
          cutWeights(this.statisticsLayout, this.vectors.averageStatistics),
        ),
        ...this.constants,
      ])
      return this.network.forward(weights, batch.input, { kind: 'infer' })
    })
  }

  /** Everything that the next step depends on. */
  async save(): Promise<SavedState> {
    const vectors = new Map<string, Float32Array>()
    for (const [name, vector] of Object.entries(this.vectors) as [string, tf.Tensor1D][])
      vectors.set(name, Float32Array.from(await vector.data()))
    return { steps: this.steps, vectors }
  }

  /** Goes on where `save` stood. Throws when a vector is missing or of another length. */
  restore({ steps, vectors }: SavedState): void {
    const before = this.vectors
    const entries = (Object.entries(before) as [string, tf.Tensor1D][]).map(([name, { size }]) => {
      const values = vectors.get(name)
      assert(
        values?.length === size,
        `the saved state holds ${values?.length} values of "${name}", not ${size}`,
      )
      return [name, tf.tensor1d(values)]
    })
    this.vectors = Object.fromEntries(entries) as Vectors // the same names
    disposeVectors(before)
    this.steps = steps
  }

  /** The averaged weights and statistics by name. */
  async averagedValues(): Promise<ReadonlyMap<string, Float32Array>> {
    const parameters = Float32Array.from(await this.vectors.average.data())
    const statistics = Float32Array.from(await this.vectors.averageStatistics.data())
    return new Map([...nameValues(this.layout, parameters), ...nameValues(this.statisticsLayout, statistics)])
  }

  dispose(): void {
    disposeVectors(this.vectors)
    tf.dispose([...this.constants.values()])
  }
}

/** The trained vectors after a step; as they were when `isFinite` is 0. */
interface Moved extends AdamWState {
  readonly average: tf.Tensor1D
  /** 1 when loss and gradient are finite, else 0. */
  readonly isFinite: tf.Scalar
}

type Optimise = (
  before: Vectors,
  gradient: tf.Tensor1D,
  loss: tf.Scalar,
  step: number,
  options: StepOptions,
  decay: number,
) => Moved

const optimiseByTensors: Optimise = (before, gradient, loss, step, { clipNorm, optimiser }, decay) => {
  const moved = adamW(before, clipByNorm(finiteOrZero(gradient), clipNorm), step, optimiser)
  const isFinite = tf.cast(tf.isFinite(tf.add(loss, tf.sum(tf.square(gradient)))), 'float32') as tf.Scalar
  const choose = chooseBy(isFinite)
  return {
    parameters: choose(moved.parameters, before.parameters),
    mean: choose(moved.mean, before.mean),
    meanSquare: choose(moved.meanSquare, before.meanSquare),
    average: choose(movingAverage(before.average, moved.parameters, decay), before.average),
    isFinite,
  }
}

const optimiseOwn: Optimise = (before, gradient, loss, step, { clipNorm, optimiser }, decay) => {
  const { learningRate, weightDecay } = optimiser
  const [parameters, mean, meanSquare, average, isFinite] = ownOptimiserStep(
    [gradient, before.parameters, before.mean, before.meanSquare, before.average, loss],
    {
      kept: 1 - learningRate * weightDecay,
      stepSize: learningRate / (1 - BETA_1 ** (step + 1)),
      correction: 1 / (1 - BETA_2 ** (step + 1)),
      decay,
      clipNorm,
    },
  ) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Scalar]
  return { parameters, mean, meanSquare, average, isFinite }
}

/** Picks on the device. Both vectors have to be finite. */
function chooseBy(isFinite: tf.Scalar): (after: tf.Tensor1D, unchanged: tf.Tensor1D) => tf.Tensor1D {
  const isLost = tf.sub(1, isFinite)
  return (after, unchanged) => tf.add(tf.mul(after, isFinite), tf.mul(unchanged, isLost))
}

/** So that the vectors that are not chosen are finite too: 0 times NaN is NaN. */
function finiteOrZero(vector: tf.Tensor1D): tf.Tensor1D {
  return tf.where(tf.isFinite(vector), vector, tf.zerosLike(vector))
}

function disposeVectors(vectors: Vectors): void {
  tf.dispose(Object.values(vectors) as tf.Tensor[])
}

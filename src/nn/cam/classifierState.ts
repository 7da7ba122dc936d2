import { createRandom, type Random } from '../../core/random'
import type { ClassifierParams } from '../../ml/cam/camParams'
import { adamW, clipByNorm, type AdamWState } from '../train/adamW'
import { emaDecayAt, movingAverage } from '../train/ema'
import {
  cutWeights,
  initialValues,
  joinGradients,
  layOut,
  nameValues,
  nameWeights,
  type ParameterLayout,
} from '../train/flatParameters'
import type { Weights } from '../students/student'
import { tf } from '../tf'
import { classLoss } from './classLoss'
import type { ClassifierNetwork } from './classifierNetwork'
import { contrastLoss } from './contrastLoss'
import { focusVectors } from './focusVectors'
import { poolClassMaps, type ContentPlaces, type Pooling } from './pooling'

const CLIP_NORM = 1
const EMA_LIMIT = 0.99
const STATISTICS_MOMENTUM = 0.1

/** One batch of views on the device. */
export interface ClassifierBatch {
  /** Standardised features of each level: (N, h, w, channels). */
  readonly levels: readonly tf.Tensor4D[]
  readonly places: ContentPlaces
  readonly presences: readonly Uint8Array[]
}

export interface ClassifierStep {
  readonly positiveWeights: Float32Array
  readonly learningRate: number
  /** Null: no contrastive loss in this step. */
  readonly contrast: { readonly weight: number; readonly temperature: number } | null
  readonly params: Pick<ClassifierParams, 'classifierDecay'>
}

export interface StepLosses {
  readonly loss: number
  readonly classes: number
  readonly contrast: number | null
}

interface Vectors extends AdamWState {
  readonly statistics: tf.Tensor1D
  readonly average: tf.Tensor1D
  readonly averageStatistics: tf.Tensor1D
}

/** The weights of a classifier in training, their optimiser and their moving average. Owns its vectors until `dispose`. */
export class ClassifierState {
  private readonly network: ClassifierNetwork
  private readonly pooling: Pooling
  private readonly layout: ParameterLayout
  private readonly statisticsLayout: ParameterLayout
  private vectors: Vectors
  private readonly random: Random
  private steps = 0

  constructor(network: ClassifierNetwork, pooling: Pooling, seed: number) {
    this.network = network
    this.pooling = pooling
    this.random = createRandom(seed)
    this.layout = layOut(network.parameters)
    this.statisticsLayout = layOut(network.statistics)
    const start = initialValues(this.layout, seed)
    const statistics = initialValues(this.statisticsLayout, seed)
    this.vectors = {
      parameters: tf.tensor1d(start),
      mean: tf.zeros([this.layout.size]),
      meanSquare: tf.zeros([this.layout.size]),
      statistics: tf.tensor1d(statistics),
      average: tf.tensor1d(start),
      averageStatistics: tf.tensor1d(statistics),
    }
  }

  /** Forward, both losses, gradients, clipping, AdamW, averages. Losses that are not finite leave the weights alone. */
  async step(batch: ClassifierBatch, options: ClassifierStep): Promise<StepLosses> {
    const before = this.vectors
    const kept: { losses: tf.Tensor1D | null } = { losses: null }
    const after = tf.tidy(() => {
      const observed = new Map<string, tf.Tensor>()
      let parts: tf.Scalar[] = []
      const { value, grads } = tf.valueAndGrads((...tensors) => {
        const weights = nameWeights(this.layout, tensors)
        const { features, classes } = this.network.forward(weights, batch.levels, {
          kind: 'train',
          // The network has no dropout; a pass in training names a stream all the same.
          random: this.random,
          observe: (name, { mean, variance }) => {
            observed.set(`${name}.mean`, tf.keep(tf.clone(mean)))
            observed.set(`${name}.variance`, tf.keep(tf.clone(variance)))
          },
        })
        const { loss, ...terms } = this.losses(weights, features, classes, batch, options)
        parts = [tf.keep(tf.clone(terms.classes)), tf.keep(tf.clone(terms.contrast))]
        return loss
      })(cutWeights(this.layout, before.parameters))
      const gradient = clipByNorm(joinGradients(grads), CLIP_NORM)
      const statisticsOfBatch = tf.concat1d(
        this.network.statistics.map(({ name }) => observed.get(name) as tf.Tensor1D),
      )
      const optimiser = {
        learningRate: options.learningRate,
        weightDecay: options.params.classifierDecay,
      }
      const moved = adamW(before, gradient, this.steps, optimiser)
      const decay = emaDecayAt(this.steps, EMA_LIMIT)
      const momentum = Math.max(STATISTICS_MOMENTUM, 1 / (this.steps + 1))
      const statistics = movingAverage(before.statistics, statisticsOfBatch, 1 - momentum)
      kept.losses = tf.keep(tf.stack([value, ...parts]) as tf.Tensor1D)
      tf.dispose([...observed.values(), ...parts])
      return {
        ...moved,
        statistics,
        average: movingAverage(before.average, moved.parameters, decay),
        averageStatistics: movingAverage(before.averageStatistics, statistics, decay),
      }
    })
    const [loss, classes, contrast] = await kept.losses!.data()
    kept.losses!.dispose()
    const isFinite = Number.isFinite(loss)
    tf.dispose(Object.values(isFinite ? before : after) as tf.Tensor[])
    if (isFinite) this.vectors = after
    this.steps++
    return { loss: loss!, classes: classes!, contrast: options.contrast === null ? null : contrast! }
  }

  private losses(
    weights: Weights,
    features: tf.Tensor4D,
    classes: tf.Tensor4D,
    { places, presences }: ClassifierBatch,
    { positiveWeights, contrast }: ClassifierStep,
  ): { readonly loss: tf.Scalar; readonly classes: tf.Scalar; readonly contrast: tf.Scalar } {
    const rows = (value: (entry: number) => number): tf.Tensor2D =>
      tf.tensor2d(
        presences.flatMap((presence) => Array.from(presence, value)),
        [presences.length, positiveWeights.length],
      )
    const logits = poolClassMaps(classes, places, this.pooling)
    const presence = rows((entry) => (entry === 1 ? 1 : 0))
    const known = rows((entry) => (entry === 255 ? 0 : 1))
    const byClasses = classLoss(logits, presence, known, tf.tensor1d(positiveWeights))
    if (contrast === null) {
      // The projection has no say yet; the product with 0 keeps it among what is differentiated.
      const unused = [...weights].filter(([name]) => name.startsWith('project'))
      const nothing = unused.reduce<tf.Tensor>(
        (sum, [, w]) => tf.add(sum, tf.sum(tf.mul(w, 0))),
        tf.scalar(0),
      )
      return { loss: tf.add(byClasses, nothing), classes: byClasses, contrast: tf.scalar(0) }
    }
    const { vectors, labels } = focusVectors(features, classes, places, presences)
    const byContrast = contrastLoss(this.network.project(weights, vectors), labels, contrast.temperature)
    const loss = tf.add(byClasses, tf.mul(byContrast, contrast.weight)) as tf.Scalar
    return { loss, classes: byClasses, contrast: byContrast }
  }

  /** Class maps (N, h, w, K) and logits (N, K) by the averaged weights. The caller disposes them. */
  predict(batch: Pick<ClassifierBatch, 'levels' | 'places'>): {
    readonly classes: tf.Tensor4D
    readonly logits: tf.Tensor2D
  } {
    return tf.tidy(() => {
      const { classes } = this.network.forward(this.weights(), batch.levels, { kind: 'infer' })
      return { classes, logits: poolClassMaps(classes, batch.places, this.pooling) }
    })
  }

  private weights(): Weights {
    return new Map([
      ...nameWeights(this.layout, cutWeights(this.layout, this.vectors.average)),
      ...nameWeights(
        this.statisticsLayout,
        cutWeights(this.statisticsLayout, this.vectors.averageStatistics),
      ),
    ])
  }

  /** The averaged weights and statistics by name. */
  async averagedValues(): Promise<ReadonlyMap<string, Float32Array>> {
    const parameters = Float32Array.from(await this.vectors.average.data())
    const statistics = Float32Array.from(await this.vectors.averageStatistics.data())
    return new Map([...nameValues(this.layout, parameters), ...nameValues(this.statisticsLayout, statistics)])
  }

  dispose(): void {
    tf.dispose(Object.values(this.vectors) as tf.Tensor[])
  }
}

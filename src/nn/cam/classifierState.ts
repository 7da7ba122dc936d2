import type { ClassifierView } from '../../ml/cam/classifier'
import type { LevelStandard, Weights } from '../students/student'
import { tf } from '../tf'
import { adamW, type AdamWOptions, type AdamWState } from '../train/adamW'
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
import { classLoss } from './classLoss'
import { CLASS_BIAS, type ClassifierMaps, type ClassifierNetwork } from './classifierNetwork'
import { contrastLoss } from './contrastLoss'
import { focusRegions } from './focusRegions'
import { poolClassMaps, type Pooling } from './poolClassMaps'
import { regionMeans } from './regionMeans'
import { tidied } from './tidied'
import { assembleViews, disposeViews, type ViewBatch } from './viewBatch'

/** The share of a new batch in the running statistics, as in PyTorch; larger at first, so that they start unbiased. */
const STATISTICS_MOMENTUM = 0.1
/** As the students' default. */
const EMA_LIMIT = 0.99

/** A view with what its label says: K bytes, 1, 0 or 255 (unknown). */
export interface LabelledView extends ClassifierView {
  readonly presence: Uint8Array
}

export interface ClassifierStep {
  readonly optimiser: AdamWOptions
  readonly pooling: Pooling
  /** (K). */
  readonly positiveWeights: Float32Array
  /** Null: no contrastive loss in this step. */
  readonly contrast: { readonly weight: number; readonly temperature: number } | null
}

export interface StepLosses {
  readonly classes: number
  /** Null without the contrastive loss. */
  readonly contrast: number | null
  /** Loss and gradient were numbers; else nothing changed. */
  readonly isFinite: boolean
}

/** What the averaged weights see in views. The tensors belong to the caller. */
export interface SeenViews extends ClassifierMaps {
  readonly batch: ViewBatch
  /** (N, K). */
  readonly logits: tf.Tensor2D
}

interface Vectors extends AdamWState {
  readonly statistics: tf.Tensor1D
  readonly average: tf.Tensor1D
  readonly averageStatistics: tf.Tensor1D
}

/** Weights, optimiser and moving average of one training. Owns its vectors until `dispose`. */
export class ClassifierState {
  private readonly network: ClassifierNetwork
  private readonly standards: readonly LevelStandard[]
  private readonly layout: ParameterLayout
  private readonly statisticsLayout: ParameterLayout
  private vectors: Vectors
  private steps = 0

  constructor(network: ClassifierNetwork, standards: readonly LevelStandard[], seed: number) {
    this.network = network
    this.standards = standards
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

  /**
   * Before the first step: sets the level of each class map so that the pooled logits of these views are 0 on average.
   * A step moves it by no more than the learning rate, too little to make up for an unlucky start (data-dependent
   * initialisation: Kraehenbuehl et al. 2016; its use here is our own).
   */
  async centre(views: readonly ClassifierView[], pooling: Pooling): Promise<void> {
    const batch = assembleViews(views, this.standards)
    const offset = tf.tidy(() => {
      const weights = nameWeights(this.layout, cutWeights(this.layout, this.vectors.parameters))
      const { classMaps } = this.network.forward(weights, batch.features, {
        kind: 'train',
        observe: () => {},
      })
      const cells = batch.grids.map(({ width, height }) => width * height)
      return tf.mean(poolClassMaps(classMaps, batch.content, cells, pooling), 0)
    })
    disposeViews(batch)
    const offsets = await offset.data()
    offset.dispose()
    if (!offsets.every(Number.isFinite)) return
    const start = Float32Array.from(await this.vectors.parameters.data())
    const bias = nameValues(this.layout, start).get(CLASS_BIAS)!
    offsets.forEach((value, k) => (bias[k]! -= value))
    tf.dispose([this.vectors.parameters, this.vectors.average])
    this.vectors = { ...this.vectors, parameters: tf.tensor1d(start), average: tf.tensor1d(start) }
  }

  /** One step on views of one size: losses, gradients, AdamW, averages. Values that are not finite change nothing. */
  async step(views: readonly LabelledView[], options: ClassifierStep): Promise<StepLosses> {
    const batch = assembleViews(views, this.standards)
    const { next, report } = tidied(() => this.computeStep(batch, views, options))
    disposeViews(batch)
    const [classes, contrast, gradientNorm] = await report.data()
    report.dispose()
    const isFinite = Number.isFinite(classes! + contrast! + gradientNorm!)
    disposeVectors(isFinite ? this.vectors : next)
    if (isFinite) this.vectors = next
    this.steps++
    return { classes: classes!, contrast: options.contrast === null ? null : contrast!, isFinite }
  }

  private computeStep(
    batch: ViewBatch,
    views: readonly LabelledView[],
    { optimiser, pooling, positiveWeights, contrast }: ClassifierStep,
  ): { readonly next: Vectors; readonly report: tf.Tensor1D } {
    const before = this.vectors
    const observed = new Map<string, tf.Tensor>()
    const presence = views.map((view) => view.presence)
    const bytes = (read: (value: number) => number) =>
      tf.tensor2d(Float32Array.from(presence.flatMap((row) => [...row].map(read))), [
        views.length,
        positiveWeights.length,
      ])
    const present = bytes((value) => (value === 1 ? 1 : 0))
    const known = bytes((value) => (value === 255 ? 0 : 1))
    const cells = batch.grids.map(({ width, height }) => width * height)
    let terms: readonly tf.Scalar[] = []
    const { value, grads } = tf.valueAndGrads((...tensors) => {
      const weights = nameWeights(this.layout, tensors)
      const { features, classMaps } = this.network.forward(weights, batch.features, {
        kind: 'train',
        observe: (name, { mean, variance }) => {
          observed.set(`${name}.mean`, tf.keep(tf.clone(mean)))
          observed.set(`${name}.variance`, tf.keep(tf.clone(variance)))
        },
      })
      const logits = poolClassMaps(classMaps, batch.content, cells, pooling)
      const lossClasses = classLoss(logits, present, known, tf.tensor1d(positiveWeights))
      if (contrast === null) {
        terms = [tf.keep(tf.clone(lossClasses)), tf.keep(tf.scalar(0))]
        return tf.add(lossClasses, untouched(weights))
      }
      const regions = focusRegions(classMaps, batch.content, presence)
      const vectors = this.network.project(weights, regionMeans(features, regions.weights))
      const lossContrast = contrastLoss(vectors, regions.labels, regions.isUsed, contrast.temperature)
      terms = [tf.keep(tf.clone(lossClasses)), tf.keep(tf.clone(lossContrast))]
      return tf.add(lossClasses, tf.mul(lossContrast, contrast.weight)) as tf.Scalar
    })(cutWeights(this.layout, before.parameters))
    const gradient = joinGradients(grads)
    const batchStatistics = tf.concat1d(
      this.network.statistics.map(({ name }) => observed.get(name) as tf.Tensor1D),
    )
    const report = tf.stack([terms[0]!, terms[1]!, tf.add(tf.sum(tf.square(gradient)), value)]) as tf.Tensor1D
    tf.dispose([...observed.values(), ...terms])

    const decay = emaDecayAt(this.steps, EMA_LIMIT)
    const momentum = Math.max(STATISTICS_MOMENTUM, 1 / (this.steps + 1))
    const moved = adamW(before, gradient, this.steps, optimiser)
    const statistics = movingAverage(before.statistics, batchStatistics, 1 - momentum)
    const next: Vectors = {
      ...moved,
      statistics,
      average: movingAverage(before.average, moved.parameters, decay),
      averageStatistics: movingAverage(before.averageStatistics, statistics, decay),
    }
    return { next: { ...next }, report }
  }

  /** By the averaged weights. */
  see(views: readonly ClassifierView[], pooling: Pooling): SeenViews {
    const batch = assembleViews(views, this.standards)
    const seen = tidied(() => {
      const weights = new Map([
        ...nameWeights(this.layout, cutWeights(this.layout, this.vectors.average)),
        ...nameWeights(
          this.statisticsLayout,
          cutWeights(this.statisticsLayout, this.vectors.averageStatistics),
        ),
      ])
      return seeViews(this.network, weights, batch, pooling)
    })
    return { ...seen, batch }
  }

  /** The averaged weights and statistics by name. */
  async averagedValues(): Promise<ReadonlyMap<string, Float32Array>> {
    const parameters = Float32Array.from(await this.vectors.average.data())
    const statistics = Float32Array.from(await this.vectors.averageStatistics.data())
    return new Map([...nameValues(this.layout, parameters), ...nameValues(this.statisticsLayout, statistics)])
  }

  dispose(): void {
    disposeVectors(this.vectors)
  }
}

/** Maps and logits of views under given weights. Call it within `tf.tidy`, or dispose what comes back. */
export function seeViews(
  network: ClassifierNetwork,
  weights: Weights,
  { features, content, grids }: ViewBatch,
  pooling: Pooling,
): ClassifierMaps & { readonly logits: tf.Tensor2D } {
  const maps = network.forward(weights, features, { kind: 'infer' })
  const cells = grids.map(({ width, height }) => width * height)
  return { ...maps, logits: poolClassMaps(maps.classMaps, content, cells, pooling) }
}

export function disposeSeen({ batch, joined, features, classMaps, logits }: SeenViews): void {
  disposeViews(batch)
  tf.dispose([joined, features, classMaps, logits])
}

/** 0 that hangs on the projection: every parameter needs a gradient, also where a step does not use it. */
function untouched(weights: Weights): tf.Scalar {
  const sums = [...weights].filter(([name]) => name.startsWith('project')).map(([, value]) => tf.sum(value))
  return tf.mul(tf.addN(sums), 0) as tf.Scalar
}

function disposeVectors(vectors: Vectors): void {
  tf.dispose(Object.values(vectors) as tf.Tensor[])
}

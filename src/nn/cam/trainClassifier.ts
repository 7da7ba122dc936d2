import { AppError } from '../../core/errors'
import { createRandom } from '../../core/random'
import { readParams } from '../../core/params'
import { CLASSIFIER_PARAMS, type ClassifierParams } from '../../ml/cam/camParams'
import type {
  ClassifierEpoch,
  ClassifierEvent,
  ClassifierExample,
  ClassifierSpec,
  ClassifierView,
  CropRequest,
  TrainedClassifier,
} from '../../ml/cam/classifier'
import { rankingMetrics } from '../../ml/metrics/ranking'
import { computeStandards } from '../train/standards'
import { learningRateAt } from '../train/schedule'
import { positiveWeights } from './classLoss'
import { writeClassifier } from './classifierFile'
import { buildClassifier } from './classifierNetwork'
import { ClassifierState, type StepLosses } from './classifierState'
import { cropPlan } from './cropPlan'
import type { Pooling } from './pooling'
import { planBalancedEpoch } from './planEpoch'
import { predictViews, type ViewPrediction } from './predictViews'
import { previewOf } from './previewOf'
import { assembleViews, disposeViews } from './viewBatch'

/** What the loop needs from where it runs. */
export interface ClassifierHost {
  readonly signal: AbortSignal
  readonly now: () => number
  /** Lets messages in. */
  readonly breathe: () => Promise<void>
  readonly isStopped: () => boolean
  readonly cropFeatures: (requests: readonly CropRequest[]) => Promise<readonly ClassifierView[]>
}

/** Validation by fewer images of a kind chooses an epoch by chance. */
const MIN_TO_CHOOSE_BY = 3
const WARMUP_STEPS = 10

interface Best {
  readonly epoch: number
  readonly validationAp: number
  readonly trainingAp: number | null
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Trains the Defect Focus Classifier (methods/cam-pseudo-masks.md §4): balanced batches of whole views, from `focusFrom` on
 * with a guided crop of each image beside its whole view and the contrastive loss over both; crops are drawn anew every
 * `refreshEvery` epochs from the class maps as they are then. Pictures of frozen features can only be mirrored by the
 * caller; brightness and contrast are not varied.
 *
 * Kept is the epoch with the best validation image AP (the earliest of equals; the last average where validation has
 * fewer than three images of a kind). Throws `train/no-classes`, `train/no-examples`, `train/diverged`, AbortError.
 */
export async function* trainClassifier(
  spec: ClassifierSpec,
  examples: readonly ClassifierExample[],
  validation: readonly ClassifierExample[],
  previews: readonly number[],
  host: ClassifierHost,
): AsyncGenerator<ClassifierEvent, TrainedClassifier> {
  const params = readParams(CLASSIFIER_PARAMS, onlyOwn(spec)).values as ClassifierParams
  const groups = groupImages(spec, examples)
  const { defective, clean, viewsOf } = groups
  const startedAt = host.now()
  const pooling: Pooling = params.pooling === 'mean' ? 'mean' : 'top'
  const network = buildClassifier(spec.levels, spec.classCount, params.classifierChannels)
  const standards = computeStandards(examples.map(({ features }) => features))
  const weights = positiveWeights(
    examples.filter(({ isMirrored }) => !isMirrored).map(({ presence }) => presence),
    spec.classCount,
  )
  const order = createRandom(spec.seed + 1)
  const cropping = createRandom(spec.seed + 2)
  const state = new ClassifierState(network, pooling, spec.seed)
  const uprights = examples.filter(({ isMirrored }) => !isMirrored)
  const epochs = params.classifierEpochs
  const stepsPerEpoch = planBalancedEpoch(defective, clean, params.classifierBatch, createRandom(0)).length
  const schedule = {
    base: params.classifierRate,
    warmupSteps: WARMUP_STEPS,
    totalSteps: stepsPerEpoch * epochs,
    cosineEvery: 1,
  }
  const canChoose = isDecisive(validation)
  let crops: ReadonlyMap<number, ClassifierView> = new Map()
  let best: Best | null = null
  let step = 0
  let epoch = 0
  let report: ClassifierEpoch | null = null

  try {
    for (; epoch < epochs; epoch++) {
      const epochStartedAt = host.now()
      const isFocused = epoch >= params.focusFrom
      if (isFocused && params.guidedCrops && (epoch - params.focusFrom) % params.refreshEvery === 0) {
        const looks = await look(uprights)
        const requests = cropPlan(uprights, looks, params.cropThreshold, cropping)
        const views = await host.cropFeatures(requests)
        crops = new Map(requests.map(({ imageIndex }, i) => [imageIndex, views[i]!]))
      }
      const losses: StepLosses[] = []
      for (const images of planBalancedEpoch(defective, clean, params.classifierBatch, order)) {
        const views = images.flatMap((image) => {
          const wholes = viewsOf.get(image)!
          const whole = wholes[order.integer(wholes.length)]!
          const crop = crops.get(image)
          return crop === undefined ? [whole] : [whole, { ...crop, presence: whole.presence }]
        })
        const batch = assembleViews(views, standards, network.stride)
        const contrast =
          isFocused && params.contrast
            ? { weight: params.contrastWeight, temperature: params.contrastTemperature }
            : null
        losses.push(
          await state.step(
            { ...batch, presences: views.map(({ presence }) => presence) },
            {
              positiveWeights: weights,
              learningRate: learningRateAt(step++, schedule),
              contrast,
              params,
            },
          ),
        )
        disposeViews(batch)
        await host.breathe()
        host.signal.throwIfAborted()
      }
      assertFinite(losses, epoch)
      const looks = await look(uprights)
      const trainingAp = apOf(uprights, looks)
      const validationAp = apOf(validation, await look(validation))
      if (canChoose && validationAp !== null && (best === null || validationAp > best.validationAp))
        best = { epoch, validationAp, trainingAp, bytes: await write() }
      report = describe(losses, {
        epoch,
        epochs,
        trainingAp,
        validationAp,
        crops: crops.size,
        seconds: (host.now() - epochStartedAt) / 1000,
      })
      yield { kind: 'epoch', report }
      for (const imageIndex of previews) {
        const place = uprights.findIndex((example) => example.imageIndex === imageIndex)
        const event = place < 0 ? null : previewOf(uprights[place]!, looks[place]!, epoch)
        if (event !== null) yield event
      }
      if (host.isStopped()) break
    }
    const seconds = (host.now() - startedAt) / 1000
    const stoppedEarly = epoch < epochs
    if (best !== null) {
      const { bytes, trainingAp, validationAp } = best
      return { bytes, epoch: best.epoch, stoppedEarly, trainingAp, validationAp, seconds }
    }
    const { trainingAp, validationAp } = report!
    const last = Math.min(epoch, epochs - 1)
    return { bytes: await write(), epoch: last, stoppedEarly, trainingAp, validationAp, seconds }
  } finally {
    state.dispose()
  }

  async function look(views: readonly ClassifierView[]): Promise<ViewPrediction[]> {
    return predictViews(views, standards, network.stride, state, async () => {
      await host.breathe()
      host.signal.throwIfAborted()
    })
  }

  async function write(): Promise<Uint8Array<ArrayBuffer>> {
    const { levels, classCount } = spec
    const facts = { levels, classCount, channels: params.classifierChannels, pooling }
    return writeClassifier(facts, standards, await state.averagedValues())
  }
}

/** The settings of a tag run hold those of the later stages too. */
function onlyOwn({ params }: ClassifierSpec): ClassifierSpec['params'] {
  return Object.fromEntries(Object.entries(params).filter(([name]) => name in CLASSIFIER_PARAMS))
}

interface ImageGroups {
  /** Image indices. */
  readonly defective: readonly number[]
  readonly clean: readonly number[]
  /** The whole views of each image: upright, perhaps mirrored. */
  readonly viewsOf: ReadonlyMap<number, readonly ClassifierExample[]>
}

function groupImages({ classCount }: ClassifierSpec, examples: readonly ClassifierExample[]): ImageGroups {
  if (classCount < 1) throw new AppError('train/no-classes', 'a classifier needs at least one class')
  const viewsOf = new Map<number, ClassifierExample[]>()
  for (const example of examples)
    viewsOf.set(example.imageIndex, [...(viewsOf.get(example.imageIndex) ?? []), example])
  const images = [...viewsOf.keys()]
  const defective = images.filter((image) => isDefective(viewsOf.get(image)![0]!))
  const clean = images.filter((image) => !isDefective(viewsOf.get(image)![0]!))
  if (defective.length === 0 || clean.length === 0)
    throw new AppError(
      'train/no-examples',
      `a classifier learns from the difference between defective and clean images; here are ${defective.length} defective and ${clean.length} clean ones`,
    )
  return { defective, clean, viewsOf }
}

function isDefective({ presence }: ClassifierExample): boolean {
  return presence.includes(1)
}

function isDecisive(validation: readonly ClassifierExample[]): boolean {
  const defective = validation.filter(isDefective).length
  return defective >= MIN_TO_CHOOSE_BY && validation.length - defective >= MIN_TO_CHOOSE_BY
}

/** Step average precision of the highest class probability. */
function apOf(examples: readonly ClassifierExample[], looks: readonly ViewPrediction[]): number | null {
  if (examples.length === 0) return null
  const labels = examples.map((example) => (isDefective(example) ? 1 : 0))
  const scores = looks.map(({ scores: byClass }) => Math.max(...byClass))
  const { apStep, negatives } = rankingMetrics(labels, scores)
  return negatives === 0 ? null : apStep
}

function describe(
  losses: readonly StepLosses[],
  facts: Omit<ClassifierEpoch, 'loss' | 'lossClasses' | 'lossContrast'>,
): ClassifierEpoch {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const contrasts = losses.flatMap(({ contrast }) => contrast ?? [])
  return {
    ...facts,
    loss: mean(losses.map(({ loss }) => loss)),
    lossClasses: mean(losses.map(({ classes }) => classes)),
    lossContrast: contrasts.length === 0 ? null : mean(contrasts),
  }
}

/** Steps that were not finite changed nothing; an epoch of them goes nowhere. */
function assertFinite(losses: readonly StepLosses[], epoch: number): void {
  if (losses.some(({ loss }) => Number.isFinite(loss))) return
  throw new AppError('train/diverged', `no step of the classifier's epoch ${epoch + 1} had a finite loss`)
}

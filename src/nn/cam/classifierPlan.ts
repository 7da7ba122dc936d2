import { AppError } from '../../core/errors'
import { readParams } from '../../core/params'
import { CLASSIFIER_PARAMS, type ClassifierParams } from '../../ml/cam/camParams'
import type { ClassifierExample, ClassifierSpec } from '../../ml/cam/classifier'
import type { LevelStandard } from '../students/student'
import { computeStandards } from '../train/standards'
import { buildClassifier, type ClassifierNetwork, type ClassifierShape } from './classifierNetwork'
import type { Pooling } from './poolClassMaps'
import { positiveWeights } from './positiveWeights'

/** Everything about a training that is settled before its first step. */
export interface ClassifierPlan {
  readonly params: ClassifierParams
  readonly pooling: Pooling
  readonly shape: ClassifierShape
  readonly network: ClassifierNetwork
  readonly standards: readonly LevelStandard[]
  readonly batchSize: number
  readonly stepsPerEpoch: number
  readonly positiveWeights: Float32Array
  /** Examples with a present class. */
  readonly defective: readonly ClassifierExample[]
  /** Examples of which no class is known to be present and one is known to be absent. */
  readonly clean: readonly ClassifierExample[]
  /** The upright example of each image. */
  readonly uprights: ReadonlyMap<number, ClassifierExample>
  readonly choosesBest: boolean
  readonly hasCrops: boolean
}

/** With fewer validation images of either kind their ranking says nothing: the last average is kept. */
const FEWEST_TO_CHOOSE_BY = 3
/** Views of a picture smaller than this hold nothing to look closer at (methods/cam-pseudo-masks.md, §10). */
const SMALLEST_CROPPED_PX = 64
/** Numbers of one batch on the finest grid: 400 MB of wasm memory for what a step keeps of them. */
const BATCH_NUMBERS = 32e6
/** Two of each kind, so that both have company in the contrastive loss. */
const SMALLEST_BATCH = 4

/** Throws `train/no-classes` and `train/no-examples`. */
export function planClassifier(
  spec: ClassifierSpec,
  examples: readonly ClassifierExample[],
  validation: readonly ClassifierExample[],
): ClassifierPlan {
  const { classCount, levels, width, height } = spec
  if (classCount < 1) throw new AppError('train/no-classes', 'a classifier needs at least one defect class')
  const defective = examples.filter(({ presence }) => presence.includes(1))
  const clean = examples.filter(({ presence }) => !presence.includes(1) && presence.includes(0))
  if (defective.length === 0 || !examples.some(({ presence }) => presence.includes(0))) {
    const missing = defective.length === 0 ? 'none shows a defect' : 'all show every class'
    throw new AppError(
      'train/no-examples',
      `a classifier needs images with a defect and images without: of ${examples.length}, ${missing}`,
    )
  }
  const params = readParams(CLASSIFIER_PARAMS, spec.params).values as unknown as ClassifierParams
  const shape = { classCount, levels, channels: params.classifierChannels }
  const cells = (width / levels[0]!.stride) * (height / levels[0]!.stride)
  const numbersPerView = cells * (levels[0]!.channels + 8 * shape.channels)
  const batchSize = Math.min(
    params.classifierBatch,
    Math.max(SMALLEST_BATCH, 2 * Math.floor(BATCH_NUMBERS / numbersPerView / 2)),
  )
  const uprights = new Map<number, ClassifierExample>()
  for (const example of examples) {
    if (!example.isTurned && !uprights.has(example.imageIndex)) uprights.set(example.imageIndex, example)
  }
  const kinds = validation.map(({ presence }) => presence.includes(1))
  const positives = kinds.filter(Boolean).length
  const smallestSide = Math.min(...examples.map(({ content }) => Math.min(content.width, content.height)))
  return {
    params,
    pooling: params.pooling as Pooling,
    shape,
    network: buildClassifier(shape),
    standards: computeStandards(examples.map(({ features }) => features)),
    batchSize,
    stepsPerEpoch: Math.ceil((defective.length + clean.length) / batchSize),
    positiveWeights: positiveWeights(
      defective.map(({ presence }) => presence),
      clean.length > 0,
      classCount,
    ),
    defective,
    clean,
    uprights,
    choosesBest: positives >= FEWEST_TO_CHOOSE_BY && kinds.length - positives >= FEWEST_TO_CHOOSE_BY,
    hasCrops: params.guidedCrops && smallestSide >= SMALLEST_CROPPED_PX,
  }
}

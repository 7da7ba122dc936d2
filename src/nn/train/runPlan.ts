import { AppError } from '../../core/errors'
import { IGNORE } from '../../core/raster'
import { readParams } from '../../core/params'
import type { TrainingExample, TrainingSpec } from '../../ml/training'
import { STUDENT_DESCRIPTORS, TRAINING_PARAMS, type TrainingParams } from '../../ml/trainingParams'
import type { CheckpointSpec } from '../../ml/trainingCheckpoint'
import { STUDENTS } from '../students'
import type { StudentArchitecture, StudentNetwork, StudentShape } from '../students/student'
import type { BatchSetup } from './batches'
import { classWeights } from './classWeights'
import type { Schedule } from './schedule'
import { standardsFor } from './standards'

/** With fewer reviewed images their score is too noisy to choose by: the last average is kept (product.md, decision 2). */
const MIN_IMAGES_TO_CHOOSE_BY = 10

/** Everything about a run that is settled before its first step. */
export interface RunPlan {
  readonly architecture: StudentArchitecture
  readonly network: StudentNetwork
  readonly shape: StudentShape
  readonly params: TrainingParams
  readonly setup: BatchSetup
  readonly batchSize: number
  readonly schedule: Schedule
  /** (K + 1) weights of the cross-entropy. */
  readonly classWeights: Float32Array
  /** There are enough reviewed images to keep the best epoch instead of the last. */
  readonly choosesBest: boolean
  /** Index of the first, upright example of each image. */
  readonly uprightOf: ReadonlyMap<number, number>
}

/** The part of a plan that hangs on no picture. */
export function planNetwork(
  spec: CheckpointSpec & Pick<TrainingSpec, 'backboneWeights'>,
): Pick<RunPlan, 'architecture' | 'network' | 'shape' | 'params'> {
  const architecture = STUDENTS.get(spec.studentId)
  const descriptor = STUDENT_DESCRIPTORS.find(({ id }) => id === spec.studentId)!
  const { values } = readParams({ ...TRAINING_PARAMS, ...descriptor.params }, spec.params)
  const params = values as unknown as TrainingParams // one list of parameters, seen from two sides
  const { classCount, levels, backboneWeights } = spec
  const shape = { classCount, levels, backboneWeights, input: spec }
  return { architecture, network: architecture.build(shape, values), shape, params }
}

/** Throws `train/no-examples` and `train/no-classes`. */
export function planRun(
  spec: TrainingSpec,
  examples: readonly TrainingExample[],
  validation: readonly TrainingExample[],
): RunPlan {
  if (examples.length === 0) throw new AppError('train/no-examples', 'there is no example to train on')
  if (spec.classCount < 1) throw new AppError('train/no-classes', 'a student needs at least one defect class')
  const { architecture, network, shape, params } = planNetwork(spec)
  const largestBatch = Math.max(1, Math.floor(network.maxBatchPixels / (spec.width * spec.height)))
  const batchSize = Math.min(params.batchSize, largestBatch)
  const stepsPerEpoch = Math.ceil(examples.length / batchSize)
  return {
    architecture,
    network,
    shape,
    params,
    setup: {
      classCount: spec.classCount,
      standards: standardsFor(
        network,
        examples.map(({ features }) => features),
      ),
      pixelBlock: network.pixelBlock,
    },
    batchSize,
    schedule: {
      base: params.learningRate,
      warmupSteps: params.warmupSteps,
      totalSteps: stepsPerEpoch * params.epochs,
      cosineEvery: params.schedule === 'epoch' ? stepsPerEpoch : 1,
    },
    classWeights: classWeights(
      examples.map(({ target }) => target),
      spec.classCount,
      params,
    ),
    choosesBest: canChooseBest(validation),
    uprightOf: firstOfEachImage(examples),
  }
}

/** Clean images alone tell no epoch from another: none of them has a defect to be found. */
function canChooseBest(validation: readonly TrainingExample[]): boolean {
  const images = new Set(validation.map(({ imageIndex }) => imageIndex)).size
  const isDefect = (label: number): boolean => label > 0 && label < IGNORE
  return images >= MIN_IMAGES_TO_CHOOSE_BY && validation.some(({ target }) => target.data.some(isDefect))
}

function firstOfEachImage(examples: readonly TrainingExample[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>()
  examples.forEach(({ imageIndex }, i) => {
    if (!first.has(imageIndex)) first.set(imageIndex, i)
  })
  return first
}

import { AppError } from '../../core/errors'
import type { Size } from '../../core/geometry'
import type { JsonObject } from '../../core/json'
import { readParams } from '../../core/params'
import { isTagMask } from '../../domain/live'
import type { ClassDef, RunId, TrainingRun } from '../../domain/records'
import type { ImageTarget, TrainingSet } from '../../domain/trainingSet'
import { chooseCanvas } from '../../ml/imaging/networkInput'
import {
  STUDENT_DESCRIPTORS,
  TRAINING_PARAMS,
  type StudentDescriptor,
  type TrainingParams,
} from '../../ml/trainingParams'
import type { BackboneDescription } from '../../ports/featureExtractor'
import type { TrainingRequest } from '../trainingFace'
import type { Workspace } from '../workspace'
import { DEFAULT_THRESHOLD } from './thresholdChoice'
import type { FrozenProject } from './frozenProject'

const PREVIEW_COUNT = 3

/** Everything a run is, before its first picture is read. */
export interface PreparedRun {
  readonly recipe: TrainingRun['recipe']
  readonly params: TrainingParams
  /** The same, with the student's own parameters, as the record keeps them. */
  readonly values: JsonObject
  readonly student: StudentDescriptor
  readonly classes: readonly ClassDef[]
  /** Null: the student sees the pixels only. */
  readonly backbone: BackboneDescription | null
  /** The backbone whose frozen features the student takes; null when there is none, or when it is inside, to be tuned. */
  readonly frozenBackbone: BackboneDescription | null
}

/** The student and the backbone of a run that asks for none. */
const DEFAULT_STUDENT = 'light'
const DEFAULT_BACKBONE = 'embedded'

/**
 * Validates the request. Throws `usage/invalid-parameter` naming each faulty one, `model/missing` for a backbone that is
 * not on this computer.
 */
export async function prepareRun(
  workspace: Workspace,
  frozen: FrozenProject,
  request: TrainingRequest,
): Promise<PreparedRun> {
  const { studentId = DEFAULT_STUDENT, backboneId = DEFAULT_BACKBONE, params = {} } = request
  const student = STUDENT_DESCRIPTORS.find(({ id }) => id === studentId)
  if (student === undefined) {
    const known = STUDENT_DESCRIPTORS.map(({ id }) => id).join(', ')
    throw new AppError('usage/invalid-parameter', `unknown student "${studentId}"; known: ${known}`)
  }
  const { values, issues } = readParams({ ...TRAINING_PARAMS, ...student.params }, params)
  if (issues.length > 0)
    throw new AppError('usage/invalid-parameter', issues.map((issue) => issue.message).join('; '))
  const classes = frozen.project.classOrder.flatMap((id) => {
    const record = frozen.records.get(id)
    return record?.type === 'class' ? [record] : []
  })
  const backbone = await backboneFor(workspace, student, backboneId)
  const own = values as JsonObject
  const isTuned = student.tuning !== null && own[student.tuning] === true
  return {
    recipe: request.recipe ?? recipeOf(frozen),
    // The specs are merged by name; each part of the merge is typed by its own.
    params: values as unknown as TrainingParams,
    values: own,
    student,
    classes,
    backbone,
    frozenBackbone: isTuned ? null : backbone,
  }
}

/** Masks that stem from image labels alone make a run of the recipe `cam`, whoever pressed which button. */
function recipeOf({ records }: FrozenProject): TrainingRun['recipe'] {
  return records.ofType('annotation').length === 0 && records.ofType('mask').some(isTagMask) ? 'cam' : 'box'
}

async function backboneFor(
  workspace: Workspace,
  student: StudentDescriptor,
  backboneId: string,
): Promise<BackboneDescription | null> {
  if (student.backbones.length === 0) return null
  const backbone = await workspace.services.features.describe(backboneId)
  if (!student.backbones.includes(backbone.kind)) {
    throw new AppError(
      'usage/invalid-parameter',
      `student "${student.id}" does not fit the backbone "${backbone.id}" (${backbone.kind}): it takes ${student.backbones.join(' or ')}`,
    )
  }
  return backbone
}

/** The file of a backbone that is inside the student, to be tuned; null when there is none. Throws `model/missing`. */
export async function tunedWeights(
  { services }: Workspace,
  { backbone, frozenBackbone }: PreparedRun,
): Promise<Uint8Array<ArrayBuffer> | null> {
  return backbone === null || frozenBackbone !== null ? null : services.features.weights(backbone.id)
}

export function newRun(
  id: RunId,
  prepared: PreparedRun,
  facts: {
    readonly snapshotId: TrainingRun['snapshotId']
    readonly startedAt: string
    readonly number: number
    readonly set: TrainingSet
  },
): TrainingRun {
  return {
    id,
    type: 'run',
    name: `Run ${facts.number}`,
    recipe: prepared.recipe,
    studentId: prepared.student.id,
    backbone: prepared.backbone === null ? null : { id: prepared.backbone.id, hash: prepared.backbone.hash },
    params: prepared.values,
    seed: prepared.params.seed,
    snapshotId: facts.snapshotId,
    backend: null,
    status: 'running',
    failure: null,
    classIds: prepared.classes.map((record) => record.id),
    trainImageIds: facts.set.train.map((target) => target.imageId),
    valImageIds: facts.set.validation.map((target) => target.imageId),
    startedAt: facts.startedAt,
    seconds: null,
    log: null,
    model: null,
    modelInfo: null,
    threshold: DEFAULT_THRESHOLD,
    thresholdBy: 'default',
    checkpoint: null,
  }
}

/** One input size for the run, from its images and how thin their defects are. */
export function canvasOf(
  frozen: FrozenProject,
  targets: readonly ImageTarget[],
  prepared: PreparedRun,
): Size {
  const sizes = targets.map((target) => frozen.image(target.imageId))
  const used = new Set(targets.map((target) => target.imageId))
  const thicknesses = frozen.records
    .ofType('mask')
    .filter((mask) => used.has(mask.imageId) && mask.role === 'defect' && mask.areaPx > 0)
    .map((mask) => mask.areaPx / Math.max(mask.boundsPx.width, mask.boundsPx.height))
  const multipleOf = leastCommonMultiple(prepared.student.multipleOf, prepared.backbone?.multipleOf ?? 1)
  return chooseCanvas(sizes, thicknesses, prepared.params.longSide, multipleOf)
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = Math.max(a, b)
  while (multiple % a !== 0 || multiple % b !== 0) multiple += Math.max(a, b)
  return multiple
}

/** Images with masks, spread over the set, so that the changing pictures show something. */
export function previewIndexes(targets: readonly ImageTarget[]): number[] {
  const withMasks = targets.flatMap((target, index) => (target.masks.length > 0 ? [index] : []))
  const step = Math.max(1, Math.floor(withMasks.length / PREVIEW_COUNT))
  return withMasks.filter((_, position) => position % step === 0).slice(0, PREVIEW_COUNT)
}

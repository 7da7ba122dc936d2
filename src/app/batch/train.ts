import { AppError } from '../../core/errors'
import type { ImportIssue } from '../../core/issues'
import { chooseBackbone } from './chooseBackbone'
import { tagParamsOf, trainingParamsOf } from './tagParams'
import { applyLabels } from './applyLabels'
import { failureText } from './failureText'
import type { TrainingRun } from '../../domain/records'
import { SOURCE_RUNS, type SourceRun } from '../../ml/sourceRuns'
import { readInstances } from '../instances'
import { exportModel } from '../training/exportModel'
import type { TrainingRequest } from '../trainingFace'
import { openDataset } from './openDataset'
import {
  optionNumber,
  optionObject,
  optionText,
  textFile,
  type BatchContext,
  type BatchHandler,
  type BatchInput,
} from './request'

/**
 * `train --recipe box`: annotations (boxes, or masks of `propose`) -> model.onnx, model.json, run.json, corrected.json.
 * `train --recipe cam`: the same from image labels alone; annotations may come besides, and boxes win.
 */
export const trainCommand: BatchHandler = async (input, context) => {
  const { app, workspace } = context
  const recipe = optionText(input.options, 'recipe') ?? 'box'
  if (recipe !== 'box' && recipe !== 'cam')
    throw new AppError(
      'usage/invalid-parameter',
      `recipe "${recipe}" is not in this version; known: box, cam`,
    )
  const preset = presetOf(input)
  const studentId = optionText(input.options, 'student') ?? preset?.studentId ?? null
  refuseUnknownStudent(studentId, context)
  // Before any picture is read: a wrong file is told at once.
  const backboneId = await chooseBackbone(input, context)
  const form = optionText(input.options, 'model-form') ?? 'head'
  if (form !== 'head' && form !== 'whole')
    throw new AppError('usage/invalid-parameter', `--model-form must be head or whole, got "${form}"`)
  const issues: ImportIssue[] = []
  if (recipe === 'box' || input.has('annotations'))
    issues.push(...(await openDataset(context, input.images, await input.file('annotations'), null)).issues)
  if (input.has('labels')) issues.push(...(await applyLabels(input, context, false)).issues)
  if (input.has('val')) {
    const validation = await openDataset(context, input.images, await input.file('val'), 'val')
    issues.push(...validation.issues)
  }
  // Boxes that came without a mask are proposed first, by the same generator as on the screen.
  if (workspace.records().ofType('annotation').length > 0) await app.propose.all({ redo: false })
  const epochs = optionNumber(input.options, 'epochs')
  const seed = optionNumber(input.options, 'seed')
  const minutes = optionNumber(input.options, 'minutes')
  const request: TrainingRequest = {
    ...(studentId === null ? {} : { studentId }),
    backboneId,
    params: {
      ...preset?.params,
      ...(recipe === 'cam' ? trainingParamsOf(input.options) : optionObject(input.options, 'params')),
      ...(epochs === null ? {} : { epochs }),
      ...(seed === null ? {} : { seed }),
      ...(minutes === null ? {} : { maxMinutes: minutes }),
    },
  }
  const runId = await (recipe === 'cam'
    ? (await app.loadTags()).trainRecipe({ backboneId, params: tagParamsOf(input.options) }, request)
    : app.training.start(request))
  if (runId === null) throw new AppError('train/no-examples', failureText(app, 'training did not start'))
  const run = workspace.records().get(runId) as TrainingRun
  if (run.model === null || run.modelInfo === null)
    throw new AppError('train/diverged', run.failure ?? 'the run has no model')
  const { onnx, json } = await exportModel(workspace, run, form)
  const summary = app.training.summary()
  const series = await app.training.seriesOf(runId)
  return {
    issues,
    summary: {
      backend: run.backend,
      seconds: run.seconds,
      epochs: series?.epochs.length ?? 0,
      images: summary.images,
      confirmedClean: summary.confirmedClean,
      acceptedMasks: summary.acceptedMasks,
      unreviewedMasks: summary.unreviewedMasks,
      validationImages: summary.reviewedValidationImages,
    },
    outputs: [
      { path: 'model.onnx', bytes: onnx },
      textFile('model.json', json),
      textFile('run.json', JSON.stringify({ ...runFacts(run), ...series }, null, 1)),
      textFile('corrected.json', JSON.stringify(await correctedMasks(context, run))),
    ],
  }
}

/** The published run that is asked for by name. */
function presetOf({ options }: BatchInput): SourceRun | null {
  const name = optionText(options, 'preset')
  if (name === null) return null
  const found = SOURCE_RUNS.find((run) => run.name === name)
  if (found !== undefined) return found
  const known = SOURCE_RUNS.map((run) => run.name).join(', ')
  throw new AppError('usage/invalid-parameter', `unknown preset "${name}"; known: ${known}`)
}

function refuseUnknownStudent(studentId: string | null, { app }: BatchContext): void {
  const known = app.catalogue.students.map(({ id }) => id)
  if (studentId === null || known.includes(studentId)) return
  throw new AppError(
    'usage/invalid-parameter',
    `unknown --student "${studentId}"; known: ${known.join(', ')}`,
  )
}

function runFacts(run: TrainingRun): { readonly [key: string]: unknown } {
  const { recipe, studentId, backbone, params, seed, backend, status, seconds, startedAt } = run
  return {
    recipe,
    student: studentId,
    backbone,
    params,
    seed,
    backend,
    status,
    seconds,
    startedAt,
  }
}

/** What the student sees on every image, as COCO: the masks it would change or add. */
async function correctedMasks({ workspace }: BatchContext, run: TrainingRun): Promise<object> {
  const records = workspace.records()
  const images = records.ofType('image')
  const classNumber = new Map(run.classIds.map((id, index) => [id, index + 1]))
  const annotations: object[] = []
  for (const [index, image] of images.entries()) {
    const layer = records.ofImage('layer', image.id).find((candidate) => candidate.runId === run.id)
    if (layer === undefined) continue
    for (const instance of readInstances(await workspace.services.storage.blobs.get(layer.instances))) {
      annotations.push({
        id: annotations.length + 1,
        image_id: index + 1,
        category_id: classNumber.get(instance.classId),
        segmentation: { size: [image.height, image.width], counts: instance.counts },
        score: instance.score,
        iscrowd: 0,
      })
    }
  }
  return {
    images: images.map((image, index) => ({
      id: index + 1,
      file_name: image.fileName,
      width: image.width,
      height: image.height,
    })),
    categories: run.classIds.map((id, index) => {
      const record = records.get(id)
      return { id: index + 1, name: record?.type === 'class' ? record.name : `class ${index + 1}` }
    }),
    annotations,
  }
}

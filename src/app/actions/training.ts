import { AppError, isAbort, messageOf } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import type { JsonObject } from '../../core/json'
import { createCell } from '../../core/observable'
import { readParams } from '../../core/params'
import { trainingSet, type ImageTarget } from '../../domain/trainingSet'
import { idOf, type BlobHash, type ClassDef, type RunId, type TrainingRun } from '../../domain/records'
import { describeModel, type ModelInfo } from '../../formats/modelInfo'
import { chooseCanvas } from '../../ml/imaging/networkInput'
import {
  STUDENT_DESCRIPTORS,
  TRAINING_PARAMS,
  type StudentDescriptor,
  type TrainingParams,
} from '../../ml/trainingParams'
import type { TrainedStudent, TrainingEvent } from '../../ml/training'
import type { TrainingHandle } from '../../ports/trainer'
import type { BackboneDescription } from '../../ports/featureExtractor'
import type { LiveTraining, PreviewPicture, RunSeries, TrainingActions } from '../app'
import { draftAll } from '../training/drafts'
import { buildExamples, variantsOf } from '../training/examples'
import type { StudentModel } from '../training/predictImage'
import { classIndexes, type Workspace } from '../workspace'

/** The operating point of the binary head until reviewed images say otherwise (pilot.md, "What worked" 3). */
const DEFAULT_THRESHOLD = 0.5
const PREVIEW_COUNT = 3

interface Prepared {
  readonly params: TrainingParams
  readonly values: JsonObject
  readonly student: StudentDescriptor
  readonly classes: readonly ClassDef[]
  readonly backbone: BackboneDescription
}

export function createTrainingActions(
  workspace: Workspace,
  forcedBackend: 'webgpu' | 'wasm' | 'cpu' | null,
): TrainingActions {
  const live = createCell<LiveTraining | null>(null)
  let handle: TrainingHandle | null = null
  let cancel: (() => void) | null = null
  let memo: { version: number; summary: ReturnType<typeof trainingSet>['summary'] } | null = null

  const runOf = (id: RunId): TrainingRun => {
    const run = workspace.records().get(id)
    if (run?.type !== 'run') throw new Error(`no run ${id}`)
    return run
  }
  const putRun = (run: TrainingRun): void => workspace.transact('Training run', 'ledger', { put: [run] })
  const setLive = (change: Partial<LiveTraining>): void => {
    const current = live.get()
    if (current !== null) live.set({ ...current, ...change, version: current.version + 1 })
  }

  const prepare = async (input: JsonObject): Promise<Prepared> => {
    const student = STUDENT_DESCRIPTORS[0]!
    const { values, issues } = readParams({ ...TRAINING_PARAMS, ...student.params }, input)
    if (issues.length > 0)
      throw new AppError('usage/invalid-parameter', issues.map((issue) => issue.message).join('; '))
    const project = workspace.project()
    const classes = project.classOrder.flatMap((id) => {
      const record = workspace.records().get(id)
      return record?.type === 'class' ? [record] : []
    })
    return {
      params: values as unknown as TrainingParams,
      values: values as JsonObject,
      student,
      classes,
      backbone: await workspace.services.features.describe(),
    }
  }

  const train = async (run: TrainingRun, prepared: Prepared, options: JobOptions): Promise<void> => {
    const set = trainingSet(workspace.records())
    const canvas = canvasOf(workspace, [...set.train, ...set.validation], prepared)
    const classIndex = classIndexes(workspace.project())
    const build = (targets: readonly ImageTarget[], flips: string): ReturnType<typeof buildExamples> =>
      buildExamples(workspace, targets, { canvas, classIndex, variants: variantsOf(flips) }, options)
    const examples = await build(set.train, prepared.params.flips)
    const validation = await build(set.validation, 'none')
    const previews = previewIndexes(set.train)
    setLive({ phase: 'training', note: '' })

    const startedAt = workspace.services.clock.ticks()
    const series = { stepLoss: [] as number[], epochs: [] as RunSeries['epochs'][number][] }
    handle = workspace.services.trainer.start(
      {
        studentId: prepared.student.id,
        classCount: prepared.classes.length,
        levels: prepared.backbone.levels,
        width: canvas.width,
        height: canvas.height,
        seed: run.seed,
        params: prepared.values,
        backend: forcedBackend,
      },
      examples,
      validation,
      previews,
      (event) => {
        follow(event, series, set.train, startedAt)
        if (event.kind === 'backend') putRun({ ...runOf(run.id), backend: event.backend })
        if (event.kind === 'epoch') {
          options.onProgress({
            done: event.report.epoch + 1,
            total: event.report.epochs,
            note: `Epoch ${event.report.epoch + 1}`,
          })
        }
      },
      options,
    )
    const result = await handle.finished
    handle = null
    await finish(run.id, prepared, canvas, result, series)
    setLive({ phase: 'drafting', secondsLeft: null, note: 'Drafts for all images' })
    await draftAll(workspace, runOf(run.id), await modelOf(runOf(run.id)), options)
  }

  const follow = (
    event: TrainingEvent,
    series: { stepLoss: number[]; epochs: RunSeries['epochs'][number][] },
    targets: readonly ImageTarget[],
    startedAt: number,
  ): void => {
    switch (event.kind) {
      case 'backend':
        return setLive({ backend: event.backend, note: event.note })
      case 'steps':
        series.stepLoss.push(...event.losses)
        return setLive({ series: { ...series } })
      case 'epoch': {
        const { report } = event
        series.epochs.push({
          epoch: report.epoch,
          steps: series.stepLoss.length,
          loss: report.loss,
          validationIou: report.validation?.binaryIou ?? null,
          correctedPixels: report.correctedPixels,
        })
        const done = report.epoch + 1
        const elapsed = (workspace.services.clock.ticks() - startedAt) / 1000
        return setLive({
          epoch: done,
          epochs: report.epochs,
          series: { ...series },
          secondsLeft: (elapsed / done) * (report.epochs - done),
        })
      }
      case 'preview': {
        const target = targets[event.imageIndex]
        if (target === undefined) return
        const picture: PreviewPicture = {
          imageId: target.imageId,
          epoch: event.epoch,
          width: event.width,
          height: event.height,
          defect: event.defect,
        }
        const others = (live.get()?.previews ?? []).filter((preview) => preview.imageId !== target.imageId)
        return setLive({ previews: [...others, picture].sort((a, b) => (a.imageId < b.imageId ? -1 : 1)) })
      }
      case 'correction':
        // Counted per epoch; what the student adds in the end reaches the queue as drafts for all images.
        return
    }
  }

  const finish = async (
    id: RunId,
    prepared: Prepared,
    canvas: { width: number; height: number },
    result: TrainedStudent,
    series: RunSeries,
  ): Promise<void> => {
    const { blobs } = workspace.services.storage
    const run = runOf(id)
    const info = describeModel({
      studentId: prepared.student.id,
      recipe: run.recipe,
      seed: run.seed,
      params: prepared.values,
      classes: prepared.classes,
      canvas,
      backbone: prepared.backbone,
      threshold: run.threshold,
    })
    const putText = (text: string): Promise<BlobHash> => blobs.put(new TextEncoder().encode(text))
    putRun({
      ...run,
      status: result.stoppedEarly ? 'stopped' : 'finished',
      seconds: result.seconds,
      model: await blobs.put(result.onnx),
      modelInfo: await putText(JSON.stringify(info, null, 2)),
      log: await putText(JSON.stringify(series)),
    })
    activate(id)
  }

  const activate = (id: RunId): void =>
    workspace.transact('Activate model', 'ledger', { put: [{ ...workspace.settings(), activeRunId: id }] })

  const modelOf = (run: TrainingRun): Promise<StudentModel> => loadModel(workspace, run)

  return {
    live,
    summary: () => {
      const version = workspace.store().version()
      if (memo?.version !== version) memo = { version, summary: trainingSet(workspace.records()).summary }
      return memo.summary
    },
    start: async (input) => {
      if (live.get() !== null) return null
      const { summary, train: targets, validation } = trainingSet(workspace.records())
      if (summary.blocker !== null) {
        workspace.notices.say('warning', 'Training cannot start', summary.blocker)
        return null
      }
      const id = idOf('run', workspace.services.newId())
      live.set({
        runId: id,
        phase: 'preparing',
        backend: null,
        epoch: 0,
        epochs: 0,
        secondsLeft: null,
        version: 0,
        series: { stepLoss: [], epochs: [] },
        previews: [],
        note: 'Computing frozen features',
      })
      const outcome = await workspace.jobs.run(
        { title: 'Train the student', lane: 'batch' },
        async (options) => {
          const controller = new AbortController()
          options.signal.addEventListener('abort', () => controller.abort(), { once: true })
          cancel = () => controller.abort()
          const prepared = await prepare(input)
          const snapshotId = idOf('snapshot', workspace.services.newId())
          const document = await workspace.services.storage.blobs.put(workspace.store().encodeState())
          const startedAt = workspace.services.clock.now()
          workspace.transact('Training snapshot', 'ledger', {
            put: [
              { id: snapshotId, type: 'snapshot', reason: 'training', document, createdAt: startedAt },
              { ...workspace.settings(), training: prepared.values },
              newRun(
                id,
                prepared,
                snapshotId,
                startedAt,
                workspace.records().ofType('run').length + 1,
                targets,
                validation,
              ),
            ],
          })
          try {
            await train(runOf(id), prepared, { ...options, signal: controller.signal })
          } catch (error) {
            // What had been trained before drafting failed or was cancelled stays a finished run.
            const run = runOf(id)
            if (run.status === 'running')
              putRun({
                ...run,
                status: isAbort(error) ? 'cancelled' : 'failed',
                failure: isAbort(error) ? null : messageOf(error),
              })
            throw error
          }
        },
      )
      handle = null
      cancel = null
      live.set(null)
      return outcome.kind === 'done' ? id : null
    },
    pause: () => {
      handle?.pause()
      if (handle !== null) setLive({ phase: 'paused' })
    },
    resume: () => {
      handle?.resume()
      if (handle !== null) setLive({ phase: 'training' })
    },
    stop: () => handle?.stop(),
    cancel: () => cancel?.(),
    seriesOf: async (id) => {
      const { log } = runOf(id)
      return log === null
        ? null
        : readSeries(new TextDecoder().decode(await workspace.services.storage.blobs.get(log)))
    },
    draft: async (id) => {
      const run = runOf(id)
      const outcome = await workspace.jobs.run(
        { title: `Drafts of ${run.name}`, lane: 'batch' },
        async (options) => {
          activate(id)
          return draftAll(workspace, run, await modelOf(run), options)
        },
      )
      return outcome.kind === 'done' ? outcome.value : 0
    },
    activate,
    renameRun: (id, name) => putRun({ ...runOf(id), name: name.trim() || runOf(id).name }),
    removeDrafts: (id) => {
      const records = workspace.records()
      const drafts = records
        .ofType('mask')
        .filter(
          (mask) =>
            mask.provenance.kind === 'student' &&
            mask.provenance.runId === id &&
            records.decisionsOf(mask.id).length === 0,
        )
      workspace.transact(`Remove ${drafts.length} drafts`, 'user', { remove: drafts.map((mask) => mask.id) })
    },
  }
}

/** The exported student of a finished run. Throws `model/missing` when the run has none. */
export async function loadModel(workspace: Workspace, run: TrainingRun): Promise<StudentModel> {
  if (run.model === null || run.modelInfo === null) {
    throw new AppError('model/missing', `run "${run.name}" has no model: it was ${run.status}. Train again.`)
  }
  const { blobs } = workspace.services.storage
  const info = JSON.parse(new TextDecoder().decode(await blobs.get(run.modelInfo))) as ModelInfo
  return {
    key: run.model,
    onnx: await blobs.get(run.model),
    canvas: { width: info.input.width, height: info.input.height },
    classCount: info.classes.length,
    threshold: run.threshold,
  }
}

function newRun(
  id: RunId,
  prepared: Prepared,
  snapshotId: TrainingRun['snapshotId'],
  startedAt: string,
  number: number,
  targets: readonly ImageTarget[],
  validation: readonly ImageTarget[],
): TrainingRun {
  return {
    id,
    type: 'run',
    name: `Run ${number}`,
    recipe: 'box',
    studentId: prepared.student.id,
    backboneId: prepared.backbone.id,
    backboneHash: prepared.backbone.hash,
    params: prepared.values,
    seed: prepared.params.seed,
    snapshotId,
    backend: null,
    status: 'running',
    failure: null,
    classIds: prepared.classes.map((record) => record.id),
    trainImageIds: targets.map((target) => target.imageId),
    valImageIds: validation.map((target) => target.imageId),
    startedAt,
    seconds: null,
    log: null,
    model: null,
    modelInfo: null,
    threshold: DEFAULT_THRESHOLD,
  }
}

function canvasOf(
  workspace: Workspace,
  targets: readonly ImageTarget[],
  prepared: Prepared,
): { width: number; height: number } {
  const sizes = targets.map((target) => workspace.image(target.imageId))
  const used = new Set(targets.map((target) => target.imageId))
  const thicknesses = workspace
    .records()
    .ofType('mask')
    .filter((mask) => used.has(mask.imageId) && mask.role === 'defect' && mask.areaPx > 0)
    .map((mask) => mask.areaPx / Math.max(mask.boundsPx.width, mask.boundsPx.height))
  return chooseCanvas(sizes, thicknesses, prepared.params.longSide, prepared.backbone.multipleOf)
}

/** Images with masks, spread over the set, so that the changing pictures show something. */
function previewIndexes(targets: readonly ImageTarget[]): number[] {
  const withMasks = targets.flatMap((target, index) => (target.masks.length > 0 ? [index] : []))
  const step = Math.max(1, Math.floor(withMasks.length / PREVIEW_COUNT))
  return withMasks.filter((_, position) => position % step === 0).slice(0, PREVIEW_COUNT)
}

function readSeries(text: string): RunSeries {
  return JSON.parse(text) as RunSeries
}

import { isAbort, messageOf } from '../../core/errors'
import type { Size } from '../../core/geometry'
import type { JobOptions } from '../../core/job'
import {
  trainingSet,
  type ImageTarget,
  type TrainingSet,
  type TrainingSetSummary,
} from '../../domain/trainingSet'
import { idOf, type BlobHash, type RunId, type TrainingRun } from '../../domain/records'
import { describeModel } from '../../formats/describeModel'
import type { TrainedStudent, TrainingExample } from '../../ml/training'
import type { TrainingHandle } from '../../ports/trainer'
import type { RunSeries, TrainingActions, TrainingRequest } from '../app'
import { createLiveView } from '../training/liveView'
import { loadModel } from '../training/loadModel'
import { modelBackbone, modelRun } from '../training/modelFacts'
import { canvasOf, newRun, prepareRun, previewIndexes, type PreparedRun } from '../training/prepareRun'
import { classIndexes, type Workspace } from '../workspace'

export function createTrainingActions(
  workspace: Workspace,
  forcedBackend: 'webgpu' | 'wasm' | 'cpu' | null,
): TrainingActions {
  const view = createLiveView((id) => workspace.image(id))
  let handle: TrainingHandle | null = null
  let cancel: (() => void) | null = null
  let memo: { version: number; summary: TrainingSetSummary } | null = null

  const runOf = (id: RunId): TrainingRun => {
    const run = workspace.records().get(id)
    if (run?.type !== 'run') throw new Error(`no run ${id}`)
    return run
  }
  const putRun = (run: TrainingRun): void => workspace.transact('Training run', 'ledger', { put: [run] })
  const activate = (id: RunId): void =>
    workspace.transact('Activate model', 'ledger', { put: [{ ...workspace.settings(), activeRunId: id }] })

  /** Snapshot, settings and the run itself, in one write: a run never names data that is not there. */
  const recordRun = async (id: RunId, prepared: PreparedRun): Promise<void> => {
    const snapshotId = idOf('snapshot', workspace.services.newId())
    const document = await workspace.services.storage.blobs.put(workspace.store().encodeState())
    const startedAt = workspace.services.clock.now()
    const number = workspace.records().ofType('run').length + 1
    const set = trainingSet(workspace.records())
    workspace.transact('Training snapshot', 'ledger', {
      put: [
        { id: snapshotId, type: 'snapshot', reason: 'training', document, createdAt: startedAt },
        { ...workspace.settings(), training: prepared.values },
        newRun(id, prepared, { snapshotId, startedAt, number, set }),
      ],
    })
  }

  const train = async (id: RunId, prepared: PreparedRun, options: JobOptions): Promise<void> => {
    const { buildExamples, fillEpoch, variantsOf } = await import('../training/examples')
    const set = trainingSet(workspace.records())
    const canvas = canvasOf(workspace, [...set.train, ...set.validation], prepared)
    const classIndex = classIndexes(workspace.project())
    const build = (targets: readonly ImageTarget[], flips: string): Promise<TrainingExample[]> =>
      buildExamples(
        workspace,
        targets,
        { canvas, classIndex, variants: variantsOf(flips), backboneId: prepared.backbone?.id ?? null },
        options,
      )
    const examples = fillEpoch(await build(set.train, prepared.params.flips))
    const validation = await build(set.validation, 'none')
    view.update({ phase: 'training', note: '' })

    const spec = {
      studentId: prepared.student.id,
      classCount: prepared.classes.length,
      levels: prepared.backbone?.levels ?? [],
      backboneWeights: null,
      width: canvas.width,
      height: canvas.height,
      seed: prepared.params.seed,
      params: prepared.values,
      backend: forcedBackend,
      resumeFrom: null,
    }
    handle = workspace.services.trainer.start(
      spec,
      examples,
      validation,
      previewIndexes(set.train),
      (event) => {
        view.follow(event, set.train)
        if (event.kind === 'backend') putRun({ ...runOf(id), backend: event.backend })
        if (event.kind === 'epoch') {
          const done = event.report.epoch + 1
          options.onProgress({ done, total: event.report.epochs, note: `Epoch ${done}` })
        }
      },
      options,
    )
    const result = await handle.finished
    handle = null
    await keep(id, prepared, { canvas, set }, result)
    await (await import('../training/setThreshold')).setThresholdByReviews(workspace, id, options)
    view.update({ phase: 'drafting', secondsLeft: null, note: 'Drafts for all images' })
    const { draftAll } = await import('../training/drafts')
    await draftAll(workspace, runOf(id), await loadModel(workspace, runOf(id)), options)
  }

  /** Stores the model with its description and log, then makes it the active one. */
  const keep = async (
    id: RunId,
    prepared: PreparedRun,
    { canvas, set }: { readonly canvas: Size; readonly set: TrainingSet },
    result: TrainedStudent,
  ): Promise<void> => {
    const { blobs } = workspace.services.storage
    const putText = (text: string): Promise<BlobHash> => blobs.put(new TextEncoder().encode(text))
    const run = runOf(id)
    const { recipe, threshold, seed } = run
    const info = describeModel({
      studentId: prepared.student.id,
      recipe,
      seed,
      params: prepared.values,
      classes: prepared.classes,
      canvas,
      backbone: modelBackbone(prepared),
      threshold,
      run: modelRun(workspace, run, set, result),
    })
    const model = await blobs.put(result.onnx)
    const modelInfo = await putText(JSON.stringify(info, null, 2))
    const log = await putText(JSON.stringify(view.series()))
    const status = result.stoppedEarly ? 'stopped' : 'finished'
    putRun({ ...runOf(id), status, seconds: result.seconds, model, modelInfo, log })
    activate(id)
  }

  /** What had been trained before drafting failed or was cancelled stays a finished run. */
  const settle = (id: RunId, error: unknown): void => {
    const run = workspace.records().get(id)
    if (run?.type !== 'run' || run.status !== 'running') return
    putRun(
      isAbort(error)
        ? { ...run, status: 'cancelled' }
        : { ...run, status: 'failed', failure: messageOf(error) },
    )
  }

  const start = async (request: TrainingRequest): Promise<RunId | null> => {
    if (view.cell.get() !== null) return null
    const { blocker } = trainingSet(workspace.records()).summary
    if (blocker !== null) {
      workspace.notices.say('warning', 'Training cannot start', blocker)
      return null
    }
    const id = idOf('run', workspace.services.newId())
    view.begin(id)
    const outcome = await workspace.jobs.run(
      { title: 'Train the student', lane: 'batch' },
      async (options) => {
        const controller = new AbortController()
        options.signal.addEventListener('abort', () => controller.abort(), { once: true })
        cancel = () => controller.abort()
        const prepared = await prepareRun(workspace, request)
        await recordRun(id, prepared)
        try {
          await train(id, prepared, { ...options, signal: controller.signal })
        } catch (error) {
          settle(id, error)
          throw error
        }
      },
    )
    handle = null
    cancel = null
    view.end()
    return outcome.kind === 'done' ? id : null
  }

  return {
    live: view.cell,
    summary: () => {
      const version = workspace.store().version()
      if (memo?.version !== version) memo = { version, summary: trainingSet(workspace.records()).summary }
      return memo.summary
    },
    start,
    pause: () => {
      if (handle === null) return
      handle.pause()
      view.update({ phase: 'paused' })
    },
    resume: () => {
      if (handle === null) return
      handle.resume()
      view.update({ phase: 'training' })
    },
    stop: () => handle?.stop(),
    cancel: () => cancel?.(),
    seriesOf: async (id) => {
      const { log } = runOf(id)
      if (log === null) return null
      return JSON.parse(
        new TextDecoder().decode(await workspace.services.storage.blobs.get(log)),
      ) as RunSeries
    },
    draft: async (id) => {
      const run = runOf(id)
      const outcome = await workspace.jobs.run(
        { title: `Drafts of ${run.name}`, lane: 'batch' },
        async (options) => {
          const { draftAll } = await import('../training/drafts')
          const model = await loadModel(workspace, run)
          activate(id)
          return draftAll(workspace, run, model, options)
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
          ({ id: maskId, provenance }) =>
            provenance.kind === 'student' &&
            provenance.runId === id &&
            records.decisionsOf(maskId).length === 0,
        )
      workspace.transact(`Remove ${drafts.length} drafts`, 'user', { remove: drafts.map((mask) => mask.id) })
    },
  }
}

import { AppError, isAbort, messageOf } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import { isResumable } from '../../domain/resumableRun'
import { trainingSet, type TrainingSetSummary } from '../../domain/trainingSet'
import { idOf, type RunId, type TrainingRun } from '../../domain/records'
import { readCheckpoint } from '../../ml/trainingCheckpoint'
import type { TrainingHandle } from '../../ports/trainer'
import type { Recipe, RunSeries, TrainingActions, TrainingRequest } from '../app'
import { changesSince, freezeProject, snapshotOf, type FrozenProject } from '../training/frozenProject'
import { dropCheckpoint, keepModel } from '../training/keepModel'
import { createLiveView } from '../training/liveView'
import { loadModel } from '../training/loadModel'
import { newRun, prepareRun, tunedWeights, type PreparedRun } from '../training/prepareRun'
import { seriesOfCheckpoint } from '../training/runSeries'
import { trainRun } from '../training/trainRun'
import type { Workspace } from '../workspace'

export function createTrainingActions(
  workspace: Workspace,
  forcedBackend: 'webgpu' | 'wasm' | 'cpu' | null,
): TrainingActions {
  const view = createLiveView()
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
  const recordRun = async (
    id: RunId,
    prepared: PreparedRun,
    frozen: FrozenProject,
    document: Uint8Array,
  ): Promise<void> => {
    const snapshotId = idOf('snapshot', workspace.services.newId())
    const stored = await workspace.services.storage.blobs.put(document)
    const startedAt = workspace.services.clock.now()
    const number = workspace.records().ofType('run').length + 1
    const set = trainingSet(frozen.records)
    workspace.transact('Training snapshot', 'ledger', {
      put: [
        { id: snapshotId, type: 'snapshot', reason: 'training', document: stored, createdAt: startedAt },
        { ...workspace.settings(), ...recipeOf(prepared), training: prepared.values },
        newRun(id, prepared, { snapshotId, startedAt, number, set }),
      ],
    })
  }

  const checkpointOf = async (id: RunId): Promise<Uint8Array<ArrayBuffer>> => {
    const { projectId } = workspace.open.get()!.storage
    const bytes = await workspace.services.storage.checkpoints.get(projectId, id)
    if (bytes !== null) return bytes
    throw new AppError('train/bad-checkpoint', 'what was saved of this run is not in this browser any more')
  }

  /** The recipe and the data of a run that is not over, as they were. Throws what `prepareRun` and `snapshotOf` do. */
  const reopen = async (
    run: TrainingRun,
  ): Promise<{ readonly prepared: PreparedRun; readonly frozen: FrozenProject }> => {
    const frozen = await snapshotOf(workspace, run)
    const { studentId, backbone, params } = run
    const request = { studentId, params, ...(backbone === null ? {} : { backboneId: backbone.id }) }
    const prepared = await prepareRun(workspace, frozen, request)
    if (prepared.backbone?.hash !== backbone?.hash) {
      throw new AppError(
        'model/incompatible',
        `"${run.name}" began with other weights of the backbone "${backbone?.id}" than are here now`,
      )
    }
    return { prepared, frozen }
  }

  const train = async (
    id: RunId,
    data: { readonly prepared: PreparedRun; readonly frozen: FrozenProject },
    resumeFrom: Uint8Array<ArrayBuffer> | null,
    options: JobOptions,
  ): Promise<void> => {
    const opened = workspace.open.get()
    try {
      const setup = { id, ...data, resumeFrom, backend: forcedBackend }
      const { result, canvas, set } = await trainRun(
        workspace,
        setup,
        view,
        (current) => {
          handle = current
        },
        options,
      )
      await keepModel(workspace, () => runOf(id), data.prepared, { canvas, set }, result, view.series())
      activate(id)
      await (await import('../training/setThreshold')).setThresholdByReviews(workspace, id, options)
      await draft(id, options)
    } catch (error) {
      // A project that was closed, or that another tab took over, keeps the run as interrupted.
      if (workspace.open.get() === opened && opened?.store.isReadOnly() === false) settle(id, error)
      throw error
    }
  }

  const draft = async (id: RunId, options: JobOptions): Promise<void> => {
    view.update({ phase: 'drafting', secondsLeft: null, note: 'Drafts for all images' })
    const { draftAll } = await import('../training/drafts')
    await draftAll(workspace, runOf(id), await loadModel(workspace, runOf(id)), options)
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

  /** One training at a time, as a job that the screen can cancel. True when it came to its end. */
  const underWay = async (id: RunId, work: (options: JobOptions) => Promise<void>): Promise<boolean> => {
    view.begin(id)
    const outcome = await workspace.jobs.run(
      { title: 'Train the student', lane: 'batch' },
      async (options) => {
        const controller = new AbortController()
        options.signal.addEventListener('abort', () => controller.abort(), { once: true })
        cancel = () => controller.abort()
        await work({ ...options, signal: controller.signal })
      },
    )
    handle = null
    cancel = null
    view.end()
    return outcome.kind === 'done'
  }

  const start = async (request: TrainingRequest): Promise<RunId | null> => {
    if (view.cell.get() !== null) return null
    const { blocker } = trainingSet(workspace.records()).summary
    if (blocker !== null) {
      workspace.notices.say('warning', 'Training cannot start', blocker)
      return null
    }
    const id = idOf('run', workspace.services.newId())
    const isDone = await underWay(id, async (options) => {
      const document = workspace.store().encodeState()
      const frozen = await freezeProject(document)
      const prepared = await prepareRun(workspace, frozen, request)
      await recordRun(id, prepared, frozen, document)
      await train(id, { prepared, frozen }, null, options)
    })
    return isDone ? id : null
  }

  const resumeRun = async (id: RunId): Promise<boolean> => {
    if (view.cell.get() !== null || !isResumable(runOf(id))) return false
    return underWay(id, async (options) => {
      const checkpoint = await checkpointOf(id)
      const data = await reopen(runOf(id))
      const changes = changesSince(data.frozen, workspace.records(), runOf(id))
      if (changes.length > 0) {
        workspace.notices.say(
          'info',
          'The run goes on with its data as it was',
          `${changes.join(', ')}: train again to learn from the project as it is now.`,
        )
      }
      putRun({ ...runOf(id), status: 'running', failure: null })
      await train(id, data, checkpoint, options)
    })
  }

  const keepSoFar = async (id: RunId): Promise<boolean> => {
    if (view.cell.get() !== null || !isResumable(runOf(id))) return false
    const outcome = await workspace.jobs.run(
      { title: `Keep the model of ${runOf(id).name}`, lane: 'batch' },
      async (options) => {
        const checkpoint = await checkpointOf(id)
        const { spec } = readCheckpoint(checkpoint)
        const { prepared, frozen } = await reopen(runOf(id))
        const weights = await tunedWeights(workspace, prepared)
        const student = await workspace.services.trainer.exportCheckpoint(checkpoint, weights, options)
        const series = seriesOfCheckpoint(checkpoint)
        const setup = { canvas: spec, set: trainingSet(frozen.records) }
        await keepModel(workspace, () => runOf(id), prepared, setup, student, series)
        activate(id)
        await (await import('../training/setThreshold')).setThresholdByReviews(workspace, id, options)
        await draft(id, options)
      },
    )
    return outcome.kind === 'done'
  }

  return {
    live: view.cell,
    summary: () => {
      const version = workspace.store().version()
      if (memo?.version !== version) memo = { version, summary: trainingSet(workspace.records()).summary }
      return memo.summary
    },
    recipe: () => {
      const { studentId, backboneId } = workspace.settings()
      return { studentId, backboneId }
    },
    chooseRecipe: ({ studentId, backboneId }) => {
      const settings = workspace.settings()
      if (settings.studentId === studentId && settings.backboneId === backboneId) return
      workspace.transact('Choose recipe', 'ledger', { put: [{ ...settings, studentId, backboneId }] })
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
    resumeRun,
    keepSoFar,
    discardCheckpoint: async (id) => {
      const run = runOf(id)
      if (view.cell.get()?.runId === id || run.checkpoint === null) return
      putRun({ ...run, status: run.status === 'running' ? 'cancelled' : run.status, checkpoint: null })
      await dropCheckpoint(workspace, id)
    },
    seriesOf: async (id) => {
      const { log, checkpoint } = runOf(id)
      if (log === null) return checkpoint === null ? null : seriesOfCheckpoint(await checkpointOf(id))
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
            (provenance.kind === 'student' || provenance.kind === 'selfCorrected') &&
            provenance.runId === id &&
            records.decisionsOf(maskId).length === 0,
        )
      workspace.transact(`Remove ${drafts.length} drafts`, 'user', { remove: drafts.map((mask) => mask.id) })
    },
  }
}

/** What the next run is offered: a student that sees pixels only leaves the choice of a backbone as it was. */
function recipeOf({ student, backbone }: PreparedRun): Partial<Recipe> {
  return { studentId: student.id, ...(backbone === null ? {} : { backboneId: backbone.id }) }
}

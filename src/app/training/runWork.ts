import { AppError, isAbort, messageOf } from '../../core/errors'
import type { JobOptions } from '../../core/job'
import { trainingSet } from '../../domain/trainingSet'
import { idOf, type RunId, type TrainingRun } from '../../domain/records'
import { readCheckpoint } from '../../ml/trainingCheckpoint'
import type { TrainingHandle } from '../../ports/trainer'
import type { Recipe, RunSeries, TrainingRequest } from '../trainingFace'
import type { Workspace } from '../workspace'
import { draftAll } from './drafts'
import { changesSince, freezeProject, snapshotOf, type FrozenProject } from './frozenProject'
import { keepModel } from './keepModel'
import type { LiveView } from './liveView'
import { loadModel } from './loadModel'
import { newRun, prepareRun, tunedWeights, type PreparedRun } from './prepareRun'
import { seriesOfCheckpoint } from './runSeries'
import { setThresholdByReviews } from './setThreshold'
import { trainRun } from './trainRun'

/** What a run does from its request to its drafts; loaded with the first run, for a page that trains nothing needs none. */
export interface RunWork {
  /** Trains the project as `document`, its encoded state, has it. */
  begin(id: RunId, request: TrainingRequest, document: Uint8Array, options: JobOptions): Promise<void>
  /** Goes on from the run's checkpoint, with the data it began with. */
  resume(id: RunId, options: JobOptions): Promise<void>
  /** Makes the checkpoint's network the run's model. */
  keepSoFar(id: RunId, options: JobOptions): Promise<void>
  /** The curves up to the checkpoint. */
  savedSeries(id: RunId): Promise<RunSeries>
}

export function createRunWork(
  workspace: Workspace,
  forcedBackend: 'webgpu' | 'wasm' | 'cpu' | null,
  view: LiveView,
  onHandle: (handle: TrainingHandle | null) => void,
): RunWork {
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
    const { studentId, backbone, params, recipe } = run
    const request = { recipe, studentId, params, ...(backbone === null ? {} : { backboneId: backbone.id }) }
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
      const { result, canvas, set } = await trainRun(workspace, setup, view, onHandle, options)
      await keepModel(workspace, () => runOf(id), data.prepared, { canvas, set }, result, view.series())
      activate(id)
      await setThresholdByReviews(workspace, id, options)
      await draft(id, options)
    } catch (error) {
      // A project that was closed, or that another tab took over, keeps the run as interrupted.
      if (workspace.open.get() === opened && opened?.store.isReadOnly() === false) settle(id, error)
      throw error
    }
  }

  const draft = async (id: RunId, options: JobOptions): Promise<void> => {
    view.update({ phase: 'drafting', secondsLeft: null, note: 'Drafts for all images' })
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

  return {
    begin: async (id, request, document, options) => {
      const frozen = await freezeProject(document)
      const prepared = await prepareRun(workspace, frozen, request)
      await recordRun(id, prepared, frozen, document)
      await train(id, { prepared, frozen }, null, options)
    },
    resume: async (id, options) => {
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
    },
    keepSoFar: async (id, options) => {
      const checkpoint = await checkpointOf(id)
      const { spec } = readCheckpoint(checkpoint)
      const { prepared, frozen } = await reopen(runOf(id))
      const weights = await tunedWeights(workspace, prepared)
      const student = await workspace.services.trainer.exportCheckpoint(checkpoint, weights, options)
      const series = seriesOfCheckpoint(checkpoint)
      const setup = { canvas: spec, set: trainingSet(frozen.records) }
      await keepModel(workspace, () => runOf(id), prepared, setup, student, series)
      activate(id)
      await setThresholdByReviews(workspace, id, options)
      await draft(id, options)
    },
    savedSeries: async (id) => seriesOfCheckpoint(await checkpointOf(id)),
  }
}

/** What the next run is offered: a student that sees pixels only leaves the choice of a backbone as it was. */
function recipeOf({ student, backbone }: PreparedRun): Partial<Recipe> {
  return { studentId: student.id, ...(backbone === null ? {} : { backboneId: backbone.id }) }
}

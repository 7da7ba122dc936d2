import { isResumable } from '../../domain/resumableRun'
import { trainingSet, type TrainingSetSummary } from '../../domain/trainingSet'
import type { JobOptions } from '../../core/job'
import { idOf, type RunId, type TrainingRun } from '../../domain/records'
import type { TrainingHandle } from '../../ports/trainer'
import type { RunSeries, TrainingActions, TrainingRequest } from '../trainingFace'
import { dropCheckpoint } from '../training/dropCheckpoint'
import { createLiveView } from '../training/liveView'
import type { RunWork } from '../training/runWork'
import type { Workspace } from '../workspace'

export function createTrainingActions(
  workspace: Workspace,
  forcedBackend: 'webgpu' | 'wasm' | 'cpu' | null,
): TrainingActions {
  const view = createLiveView()
  let handle: TrainingHandle | null = null
  let cancel: (() => void) | null = null
  /** Its code is fetched with the first run. */
  const work = async (): Promise<RunWork> => {
    const { createRunWork } = await import('../training/runWork')
    return createRunWork(workspace, forcedBackend, view, (current) => {
      handle = current
    })
  }
  /** Runs whose model so far is being kept. */
  const keeping = new Set<RunId>()
  let memo: { version: number; summary: TrainingSetSummary } | null = null

  const runOf = (id: RunId): TrainingRun => {
    const run = workspace.records().get(id)
    if (run?.type !== 'run') throw new Error(`no run ${id}`)
    return run
  }
  const putRun = (run: TrainingRun): void => workspace.transact('Training run', 'ledger', { put: [run] })
  const activate = (id: RunId): void =>
    workspace.transact('Activate model', 'ledger', { put: [{ ...workspace.settings(), activeRunId: id }] })

  /** One training at a time, as a job that the screen can cancel. True when it came to its end. */
  const underWay = async (id: RunId, job: (options: JobOptions) => Promise<void>): Promise<boolean> => {
    view.begin(id)
    const outcome = await workspace.jobs.run(
      { title: 'Train the student', lane: 'batch' },
      async (options) => {
        const controller = new AbortController()
        options.signal.addEventListener('abort', () => controller.abort(), { once: true })
        cancel = () => controller.abort()
        await job({ ...options, signal: controller.signal })
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
    // Taken at once: what is edited while the code is fetched belongs to the next run.
    const document = workspace.store().encodeState()
    const isDone = await underWay(id, async (options) => (await work()).begin(id, request, document, options))
    return isDone ? id : null
  }

  const resumeRun = async (id: RunId): Promise<boolean> => {
    if (view.cell.get() !== null || !isResumable(runOf(id))) return false
    return underWay(id, async (options) => (await work()).resume(id, options))
  }

  const keepSoFar = async (id: RunId): Promise<boolean> => {
    if (view.cell.get() !== null || keeping.has(id) || !isResumable(runOf(id))) return false
    keeping.add(id)
    const outcome = await workspace.jobs.run(
      { title: `Keep the model of ${runOf(id).name}`, lane: 'batch' },
      async (options) => (await work()).keepSoFar(id, options),
    )
    keeping.delete(id)
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
      if (log === null) return checkpoint === null ? null : (await work()).savedSeries(id)
      return JSON.parse(
        new TextDecoder().decode(await workspace.services.storage.blobs.get(log)),
      ) as RunSeries
    },
    draft: async (id) => {
      const run = runOf(id)
      const outcome = await workspace.jobs.run(
        { title: `Drafts of ${run.name}`, lane: 'batch' },
        async (options) => {
          const [{ draftAll }, { loadModel }] = await Promise.all([
            import('../training/drafts'),
            import('../training/loadModel'),
          ])
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

import { isReviewed } from '../reviewedImages'
import { decisionOf } from '../../domain/live'
import type { PseudoMask, RunId, TrainingRun } from '../../domain/records'
import type { RunActions } from '../trainingFace'
import type { JobOutcome } from '../jobs'
import type { RunComparison } from '../training/compareRuns'
import type { ThresholdMeasure } from '../training/measureThreshold'
import type { Workspace } from '../workspace'

/** `draft` makes the drafts of a run for all images, as the training actions do. */
export function createRunActions(workspace: Workspace, draft: (runId: RunId) => Promise<number>): RunActions {
  /** The last measure with what it rests on: opening the panel again costs nothing while that is the same. */
  let memo: { readonly key: string; readonly measure: ThresholdMeasure } | null = null
  const measuring = createInFlight<ThresholdMeasure>()
  const comparing = createInFlight<RunComparison>()

  const runOf = (id: RunId): TrainingRun => {
    const run = workspace.records().get(id)
    if (run?.type !== 'run') throw new Error(`no run ${id}`)
    return run
  }

  /** Undecided drafts of the run that were cut at another threshold than it has now. */
  const outdatedDrafts = (run: TrainingRun): PseudoMask[] => {
    const records = workspace.records()
    return records
      .ofType('mask')
      .filter(
        ({ id, provenance }) =>
          provenance.kind === 'student' &&
          provenance.runId === run.id &&
          provenance.threshold !== run.threshold &&
          decisionOf(records, id) === null,
      )
  }

  return {
    measureThreshold: async (id) => {
      const key = measureKey(workspace, runOf(id))
      if (memo?.key === key) return memo.measure
      const measure = await measuring.join(key, async () => {
        const job = { title: `Measure ${runOf(id).name}`, lane: 'batch' } as const
        const outcome = await workspace.jobs.run(job, async (options) => {
          const [{ measureThreshold }, { loadModel }] = await Promise.all([
            import('../training/measureThreshold'),
            import('../training/loadModel'),
          ])
          return measureThreshold(workspace, runOf(id), await loadModel(workspace, runOf(id)), options)
        })
        return valueOf(outcome)
      })
      memo = { key, measure }
      return measure
    },
    setThreshold: async (id, threshold) => {
      const { setThreshold } = await import('../training/setThreshold')
      await setThreshold(workspace, id, threshold, 'person')
    },
    compareMakeup: async (a, b) => {
      const { compareMakeup } = await import('../training/compareRuns')
      return compareMakeup(workspace, runOf(a), runOf(b))
    },
    compare: (a, b) =>
      comparing.join(`${a} ${b}`, async () => {
        const outcome = await workspace.jobs.run(
          { title: `Compare ${runOf(a).name} with ${runOf(b).name}`, lane: 'batch' },
          async (options) => {
            const { compareRuns } = await import('../training/compareRuns')
            return compareRuns(workspace, runOf(a), runOf(b), options)
          },
        )
        return valueOf(outcome)
      }),
    outdated: (id) => {
      const run = runOf(id)
      const layers = workspace.records().ofType('layer')
      return {
        images: layers.filter((layer) => layer.runId === id && layer.threshold !== run.threshold).length,
        drafts: outdatedDrafts(run).length,
      }
    },
    redraft: async (id) => {
      const outdated = outdatedDrafts(runOf(id))
      if (outdated.length > 0)
        workspace.transact(`Remove ${outdated.length} drafts of the former threshold`, 'user', {
          remove: outdated.map((mask) => mask.id),
        })
      return draft(id)
    },
  }
}

/** Model, training images, and what a person reviewed since: a measure stays true while these are the same. */
function measureKey(workspace: Workspace, run: TrainingRun): string {
  const records = workspace.records()
  const reviewed = records
    .ofType('image')
    .filter((image) => isReviewed(records, image))
    .map((image) => {
      const decisions = records
        .ofImage('mask', image.id)
        .map((mask) => `${mask.id}=${decisionOf(records, mask.id)?.verdict ?? ''}`)
      return `${image.id} ${image.split ?? ''} ${image.status} ${decisions.join()}`
    })
  return [run.id, run.model ?? '', records.ofType('image').length, ...reviewed].join('\n')
}

/** Whoever asks for what is under way already gets the same answer: a screen that comes back starts no second job. */
function createInFlight<T>(): { join(key: string, work: () => Promise<T>): Promise<T> } {
  const running = new Map<string, Promise<T>>()
  return {
    join: (key, work) => {
      const joined = running.get(key)
      if (joined !== undefined) return joined
      const started = work().finally(() => running.delete(key))
      running.set(key, started)
      return started
    },
  }
}

/** The result of a job; rejects as an action does when it failed or was cancelled. */
function valueOf<T>(outcome: JobOutcome<T>): T {
  if (outcome.kind === 'done') return outcome.value
  if (outcome.kind === 'failed') throw outcome.error
  const error = new Error('the job was cancelled')
  error.name = 'AbortError'
  throw error
}

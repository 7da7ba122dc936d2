import type { EvaluateActions } from '../app'
import { isReviewed } from '../reviewedImages'
import type { Workspace } from '../workspace'

export function createEvaluateActions(workspace: Workspace): EvaluateActions {
  return {
    run: async (options) => {
      // The metrics are code that the first paint does not need.
      const { evaluateProject } = await import('../evaluateProject')
      const outcome = await workspace.jobs.run({ title: 'Evaluate', lane: 'batch' }, (job) =>
        evaluateProject(workspace, options, job),
      )
      if (outcome.kind === 'done') return outcome.value
      throw outcome.kind === 'failed' ? outcome.error : aborted()
    },
    options: () => {
      const records = workspace.records()
      return {
        hasTruth: records.ofType('layer').some((layer) => layer.role === 'groundTruth'),
        reviewedImages: records.ofType('image').filter((image) => isReviewed(records, image)).length,
        runs: records
          .ofType('run')
          .filter((run) => run.model !== null)
          .map(({ id, name }) => ({ id, name })),
      }
    },
  }
}

/** What a cancelled evaluation rejects with: the screen shows nothing then. */
function aborted(): Error {
  const error = new Error('the evaluation was cancelled')
  error.name = 'AbortError'
  return error
}

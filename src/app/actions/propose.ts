import { isAbort } from '../../core/errors'
import type { JobOptions, Lane } from '../../core/job'
import { readParams } from '../../core/params'
import { answersPrompt, currentMaskOf, decisionOf } from '../../domain/live'
import type { AnnotationId, MaskId, PseudoMask } from '../../domain/records'
import { generators } from '../../ml/generators'
import type { ProposeActions } from '../app'
import { createAnswerMemory } from '../proposals/answers'
import { candidatesFor } from '../proposals/candidates'
import { clickObstacle } from '../proposals/clickObstacle'
import { createDrawingStyles } from '../proposals/drawingStyles'
import { followClicks } from '../proposals/followClicks'
import { createOneAtATime } from '../proposals/oneAtATime'
import { currentRecipe, recipeOfMask } from '../proposals/recipe'
import type { Workspace } from '../workspace'

export function createProposeActions(workspace: Workspace): ProposeActions {
  const memory = createAnswerMemory()
  const styles = createDrawingStyles(workspace, memory)
  const parts = { workspace, memory, styles }

  /** The half that draws masks is loaded with the first one: the start screen does not wait for it. */
  const propose = async (id: AnnotationId, lane: Lane, options: JobOptions): Promise<PseudoMask | null> => {
    const { proposeMask } = await import('../proposals/proposer')
    return proposeMask(parts, id, lane, options)
  }
  const interactive = createOneAtATime<MaskId>(async (id) => {
    const outcome = await workspace.jobs.run({ title: 'Mask for the box', lane: 'interactive' }, (options) =>
      propose(id, 'interactive', options),
    )
    const mask = outcome.kind === 'done' ? outcome.value : null
    // A mask that was committed answers the box as it is: whoever asked meanwhile has it too.
    const isAnswered =
      mask !== null && recipeOfMask(mask.provenance, workspace)?.key === currentRecipe(workspace).key
    return { value: mask?.id ?? null, stop: outcome.kind === 'cancelled' || isAnswered }
  })
  const box = (id: AnnotationId): Promise<MaskId | null> => interactive.run(id)
  followClicks(workspace, (id) => void box(id))

  return {
    pending: interactive.pending,
    current: () => {
      const { generator } = currentRecipe(workspace)
      return { id: generator.id, params: workspace.settings().generatorParams[generator.id] ?? {} }
    },
    chooseGenerator: (id, params) => {
      const settings = workspace.settings()
      const { values } = readParams(generators.get(id).params, params)
      workspace.transact('Choose generator', 'ledger', {
        put: [
          { ...settings, generatorId: id, generatorParams: { ...settings.generatorParams, [id]: values } },
        ],
      })
    },
    box,
    all: async ({ redo }) => {
      const count = { done: 0, unresolved: 0, failed: 0 }
      const due = dueBoxes(workspace, redo)
      await workspace.jobs.run({ title: `Propose ${due.length} masks`, lane: 'batch' }, async (options) => {
        for (const [index, id] of due.entries()) {
          options.signal.throwIfAborted()
          options.onProgress({ done: index, total: due.length, note: '' })
          // A person who drew or clicked meanwhile has had, or is getting, the mask of this box.
          if (interactive.pending.get().has(id) || !isDue(workspace, id, redo)) continue
          try {
            const mask = await propose(id, 'batch', { ...options, onProgress: () => {} })
            if (mask !== null) count.done++
            if (mask?.isUnresolved === true) count.unresolved++
          } catch (error) {
            if (isAbort(error)) throw error
            count.failed++
            // One unreadable picture must not cost the other thousand; the first failure is shown in full.
            if (count.failed === 1) workspace.notices.failure('A mask could not be proposed', error)
          }
        }
      })
      return count
    },
    clickObstacle: (isPositive) => clickObstacle(workspace, isPositive),
    isUpToDate: (id) => {
      const mask = currentMaskOf(workspace.records(), id)
      return mask !== null && answersPrompt(workspace.records(), mask)
    },
    candidates: (id) => candidatesFor(workspace, memory, id),
    cycle: async (id, by) => {
      const outcome = await workspace.jobs.run(
        { title: 'Other candidate for the box', lane: 'interactive' },
        async (options) => {
          const { cycleCandidate } = await import('../proposals/cycleCandidate')
          return cycleCandidate(parts, id, by, options)
        },
      )
      if (outcome.kind === 'done' && outcome.value === 1)
        workspace.notices.say(
          'info',
          'There is one candidate only',
          'Click what is missing or too much, or paint it.',
        )
    },
    drawingStyle: {
      view: styles.view,
      setOn: styles.setOn,
      learned: styles.learned,
    },
  }
}

/** Boxes without a mask, grouped by image so that each picture is decoded once. */
function dueBoxes(workspace: Workspace, redo: boolean): AnnotationId[] {
  const records = workspace.records()
  return records.ofType('image').flatMap((image) =>
    records
      .ofImage('annotation', image.id)
      .map((box) => box.id)
      .filter((id) => isDue(workspace, id, redo)),
  )
}

function isDue(workspace: Workspace, id: AnnotationId, redo: boolean): boolean {
  const records = workspace.records()
  if (records.get(id) === undefined) return false
  const mask = currentMaskOf(records, id)
  if (mask === null) return redo || records.masksOf(id).length === 0
  return redo && decisionOf(records, mask.id) === null
}

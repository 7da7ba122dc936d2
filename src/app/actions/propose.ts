import { isAbort } from '../../core/errors'
import { createCell } from '../../core/observable'
import { readParams } from '../../core/params'
import { answersPrompt, currentMaskOf, decisionOf } from '../../domain/live'
import type { AnnotationId, MaskId } from '../../domain/records'
import { generators } from '../../ml/generators'
import type { ProposeActions } from '../app'
import type { ProposalEngine } from '../proposals/engine'
import { createOneAtATime } from '../proposals/oneAtATime'
import type { Workspace } from '../workspace'

export function createProposeActions(workspace: Workspace): ProposeActions {
  const learned = createCell(0)
  const tellLearned = (): void => learned.set(learned.get() + 1)
  let engine: ProposalEngine | null = null
  let loading: Promise<ProposalEngine> | null = null

  const load = (): Promise<ProposalEngine> => {
    loading ??= import('../proposals/engine').then(({ createProposalEngine }) => {
      engine = createProposalEngine(workspace, { again: (id) => void box(id), onLearned: tellLearned })
      tellLearned()
      return engine
    })
    // A script that could not be fetched is asked for again by the next box.
    loading.catch(() => (loading = null))
    return loading
  }
  workspace.open.subscribe(() => {
    if (workspace.open.get() === null || engine !== null) return
    load().catch((error: unknown) => workspace.notices.failure('Masks cannot be proposed yet', error))
  })

  const interactive = createOneAtATime<MaskId>(async (id) => {
    const outcome = await workspace.jobs.run(
      { title: 'Mask for the box', lane: 'interactive' },
      async (options) => (await load()).propose(id, 'interactive', options),
    )
    const mask = outcome.kind === 'done' ? outcome.value : null
    // A mask that was committed answers the box as it is: whoever asked meanwhile has it too.
    const isAnswered = mask !== null && engine?.isCurrent(mask) === true
    return { value: mask?.id ?? null, stop: outcome.kind === 'cancelled' || isAnswered }
  })
  const box = (id: AnnotationId): Promise<MaskId | null> => interactive.run(id)

  return {
    pending: interactive.pending,
    current: () => {
      const { generatorId, generatorParams } = workspace.settings()
      const { id } = generators.find(generatorId) ?? generators.all[0]!
      return { id, params: generatorParams[id] ?? {} }
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
        const { propose } = await load()
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
    clickObstacle: async (isPositive) => (await load()).clickObstacle(isPositive),
    isUpToDate: (id) => {
      const mask = currentMaskOf(workspace.records(), id)
      return mask !== null && answersPrompt(workspace.records(), mask)
    },
    candidates: (id) => engine?.candidates(id) ?? null,
    cycle: async (id, by) => {
      const outcome = await workspace.jobs.run(
        { title: 'Other candidate for the box', lane: 'interactive' },
        async (options) => (await load()).cycle(id, by, options),
      )
      if (outcome.kind === 'done' && outcome.value === 1)
        workspace.notices.say(
          'info',
          'There is one candidate only',
          'Click what is missing or too much, or paint it.',
        )
    },
    drawingStyle: {
      learned,
      view: (classId) =>
        engine?.styles.view(classId) ?? {
          isOn: workspace.settings().usesDrawingStyle,
          masks: 0,
          fromMasks: null,
        },
      setOn: (isOn) => {
        workspace.transact('Drawing style', 'ledger', {
          put: [{ ...workspace.settings(), usesDrawingStyle: isOn }],
        })
        engine?.styles.wakeAll()
      },
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

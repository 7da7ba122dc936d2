import type { JobOptions } from '../../core/job'
import type { AnnotationId } from '../../domain/records'
import type { Workspace } from '../workspace'
import { candidatesOf, type AnswerMemory } from './answers'
import { askGenerator } from './ask'
import { boxOf, promptOf, samePrompt } from './boxPrompt'
import { placeOf, shownMask } from './candidates'
import type { DrawingStyles } from './drawingStyles'
import { maskRecord } from './maskRecord'
import { recipeOfMask } from './recipe'

interface Parts {
  readonly workspace: Workspace
  readonly memory: AnswerMemory
  readonly styles: DrawingStyles
}

/**
 * Shows the next (+1) or previous (-1) candidate of a box as its pending mask. Asks the generator again when its answer
 * is no longer in memory. Resolves to the number of candidates there are.
 */
export async function cycleCandidate(
  parts: Parts,
  id: AnnotationId,
  by: 1 | -1,
  options: JobOptions,
): Promise<number> {
  const { workspace, memory, styles } = parts
  const shown = shownMask(workspace, id)
  const box = boxOf(workspace, id)
  const prompt = box === null ? null : promptOf(workspace, box)
  const recipe = shown === null ? null : recipeOfMask(shown.provenance, workspace)
  if (shown === null || box === null || prompt === null || recipe === null) return 0
  let answer = memory.find(id, recipe, prompt)
  if (answer === null) {
    answer = await askGenerator(workspace, memory, { box, prompt, recipe }, 'interactive', options)
    answer.chosen = placeOf(answer, shown)
  }
  const candidates = candidatesOf(answer)
  if (candidates.length < 2) return candidates.length
  const chosen = (answer.chosen + by + candidates.length) % candidates.length
  answer.chosen = chosen
  // The first is drawn in the person's style, as when it was proposed; another was chosen for what it is.
  const first = chosen === 0 ? styles.apply(box.classId, answer) : null
  const mask = await maskRecord(workspace, box, answer, {
    candidate: first?.made ?? candidates[chosen]!,
    boundsPx: (first?.made ?? answer.made).boundsPx,
    isFirst: chosen === 0,
    style: first?.style ?? null,
  })
  const now = boxOf(workspace, id)
  const promptNow = now === null ? null : promptOf(workspace, now)
  const isWanted =
    now !== null &&
    promptNow !== null &&
    samePrompt(prompt, promptNow) &&
    answer.chosen === chosen &&
    shownMask(workspace, id) !== null
  if (isWanted) workspace.transact('Other candidate', 'job', { put: [{ ...mask, classId: now.classId }] })
  return candidates.length
}

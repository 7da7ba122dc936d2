import type { JobOptions } from '../../core/job'
import { currentMaskOf, decisionOf } from '../../domain/live'
import type { AnnotationId, PseudoMask } from '../../domain/records'
import type { CandidateView } from '../app'
import type { Workspace } from '../workspace'
import { candidatesOf, type Answer, type AnswerMemory } from './answers'
import { askGenerator } from './ask'
import { boxOf, promptOf, samePrompt } from './boxPrompt'
import type { DrawingStyles } from './drawingStyles'
import { maskRecord } from './maskRecord'
import { recipeOfMask } from './recipe'

interface Parts {
  readonly workspace: Workspace
  readonly memory: AnswerMemory
  readonly styles: DrawingStyles
}

/** The candidates for a box's undecided mask, as far as they are in memory; null when they are not. */
export function candidatesFor({ workspace, memory }: Parts, id: AnnotationId): CandidateView | null {
  const shown = shownMask(workspace, id)
  const box = boxOf(workspace, id)
  const prompt = box === null ? null : promptOf(workspace, box)
  const recipe = shown === null ? null : recipeOfMask(shown.provenance, workspace)
  if (shown === null || prompt === null || recipe === null) return null
  const answer = memory.find(id, recipe, prompt)
  if (answer === null) return null
  const labels = candidatesOf(answer).map(({ label }) => label)
  return { labels, at: placeOf(answer, shown) }
}

/** The undecided mask that a generator made for a box; null when a person judged or painted it, or there is none. */
export function shownMask(workspace: Workspace, id: AnnotationId): PseudoMask | null {
  const records = workspace.records()
  const mask = currentMaskOf(records, id)
  if (mask === null || mask.provenance.kind !== 'generated') return null
  return decisionOf(records, mask.id) === null ? mask : null
}

/** Where in the answer's candidates the shown mask stands. */
function placeOf(answer: Answer, { provenance }: PseudoMask): number {
  const wanted = provenance.kind === 'generated' ? provenance.candidate : null
  if (wanted === null) return 0
  const place = candidatesOf(answer).findIndex(({ label }, i) => i > 0 && label === wanted)
  return Math.max(0, place)
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

import { currentMaskOf, decisionOf } from '../../domain/live'
import type { AnnotationId, PseudoMask } from '../../domain/records'
import type { CandidateView } from '../app'
import type { Workspace } from '../workspace'
import { candidatesOf, type Answer, type AnswerMemory } from './answers'
import { boxOf, promptOf } from './boxPrompt'
import { recipeOfMask } from './recipe'

/** The candidates for a box's undecided mask, as far as they are in memory; null when they are not. */
export function candidatesFor(
  workspace: Workspace,
  memory: AnswerMemory,
  id: AnnotationId,
): CandidateView | null {
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
export function placeOf(answer: Answer, { provenance }: PseudoMask): number {
  const wanted = provenance.kind === 'generated' ? provenance.candidate : null
  if (wanted === null) return 0
  const place = candidatesOf(answer).findIndex(({ label }, i) => i > 0 && label === wanted)
  return Math.max(0, place)
}

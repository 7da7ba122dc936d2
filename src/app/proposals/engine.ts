import type { JobOptions, Lane } from '../../core/job'
import type { AnnotationId, PseudoMask } from '../../domain/records'
import type { CandidateView } from '../app'
import type { Workspace } from '../workspace'
import { createAnswerMemory } from './answers'
import { candidatesFor } from './candidates'
import { clickObstacle } from './clickObstacle'
import { cycleCandidate } from './cycleCandidate'
import { createDrawingStyles, type DrawingStyles } from './drawingStyles'
import { followClicks } from './followClicks'
import { proposeMask } from './proposer'
import { currentRecipe, recipeOfMask } from './recipe'

/** All that makes masks for boxes. Loaded when the first project opens: the start screen does not wait for it. */
export interface ProposalEngine {
  readonly styles: DrawingStyles
  propose(id: AnnotationId, lane: Lane, options: JobOptions): Promise<PseudoMask | null>
  /** True when a mask was made the way the project makes masks now. */
  isCurrent(mask: PseudoMask): boolean
  candidates(id: AnnotationId): CandidateView | null
  cycle(id: AnnotationId, by: 1 | -1, options: JobOptions): Promise<number>
  clickObstacle(isPositive: boolean): Promise<string | null>
}

/** `again` asks for a box's mask by the interactive lane; `onLearned` hears of every style learned or forgotten. */
export function createProposalEngine(
  workspace: Workspace,
  { again, onLearned }: { readonly again: (id: AnnotationId) => void; readonly onLearned: () => void },
): ProposalEngine {
  const memory = createAnswerMemory()
  const styles = createDrawingStyles(workspace, memory, onLearned)
  const parts = { workspace, memory, styles }
  followClicks(workspace, again)
  return {
    styles,
    propose: (id, lane, options) => proposeMask(parts, id, lane, options),
    isCurrent: ({ provenance }) => recipeOfMask(provenance, workspace)?.key === currentRecipe(workspace).key,
    candidates: (id) => candidatesFor(workspace, memory, id),
    cycle: (id, by, options) => cycleCandidate(parts, id, by, options),
    clickObstacle: (isPositive) => clickObstacle(workspace, isPositive),
  }
}
